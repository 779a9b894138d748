/** Op cases of batch norms. Their inputs keep away from zero and gamma outweighs beta, so no ReLU is near its kink. */
import type { GraphBuilder } from "../src/graph/graph.ts";
import type { Node } from "../src/graph/types.ts";
import { imageInput, imagesOf, type OpCase, parameter, plain, type Sizes, squaredImages } from "./cases-parts.ts";

const epsilon = 1e-5;

const relu = (graph: GraphBuilder, x: Node) => graph.node("relu", [x], {});

/** Input, parameters and result of a normalisation by the batch's statistics. */
function normalised(graph: GraphBuilder, sizes: Sizes) {
  const x = imageInput(graph, imagesOf(sizes), "bimodal");
  const [channels] = x.type.shape as [number];
  const [gamma, beta] = [parameter(graph, "gamma", channels), parameter(graph, "beta", channels)];
  const statistics = graph.node("batch_statistics", [x], {});
  const y = graph.node("batch_norm", [x, statistics, gamma, beta], { epsilon });
  return { y, statistics, targets: { bimodal: x, gamma, beta } };
}

const statistic = (graph: GraphBuilder, name: string, channels: number) =>
  graph.node("statistic", [], { name, shape: [channels] });

export const BATCH_NORM: readonly OpCase[] = [
  plain("batch_norm", (graph, sizes) => {
    const { y, statistics, targets } = normalised(graph, sizes);
    return { outputs: { y, statistics }, loss: squaredImages(graph, y), targets };
  }),
  plain("batch_norm and relu, fused forward and backward", (graph, sizes) => {
    const { y, targets } = normalised(graph, sizes);
    const hidden = relu(graph, y);
    return { outputs: { hidden }, loss: squaredImages(graph, hidden), targets };
  }),
  plain("batch_norm and relu, used twice", (graph, sizes) => {
    const { y, targets } = normalised(graph, sizes);
    const hidden = relu(graph, y);
    const sum = graph.node("add", [hidden, graph.node("tanh", [hidden], {})], {});
    return { loss: squaredImages(graph, sum), targets };
  }),
  plain("batch_norm and relu, not fused", (graph, sizes) => {
    const { y, targets } = normalised(graph, sizes);
    return { outputs: { y }, loss: squaredImages(graph, relu(graph, y)), targets };
  }),
  plain("batch_norm, residual and relu, fused forward", (graph, sizes) => {
    const { y, targets } = normalised(graph, sizes);
    const residual = imageInput(graph, imagesOf(sizes), "residual");
    const small = graph.node("scale", [residual], { factor: 0.1 });
    const hidden = relu(graph, graph.node("add", [small, y], {}));
    return { outputs: { hidden }, loss: squaredImages(graph, hidden), targets: { ...targets, residual } };
  }),
  plain("batch_norm by running statistics", (graph, sizes) => {
    const x = imageInput(graph, imagesOf(sizes));
    const [channels] = x.type.shape as [number];
    const rows = ["mean", "variance"].map((name) => statistic(graph, name, channels));
    const statistics = graph.node("stack", rows, {});
    const affine = [parameter(graph, "gamma", channels), parameter(graph, "beta", channels)];
    const y = graph.node("batch_norm", [x, statistics, ...affine], { epsilon });
    return { outputs: { statistics, y: relu(graph, y) } };
  }),
  plain("running_update", (graph, sizes) => {
    const x = imageInput(graph, imagesOf(sizes));
    const [channels, height, width] = x.type.shape as [number, number, number];
    const statistics = graph.node("batch_statistics", [x], {});
    const rate = graph.node("input", [], { name: "statistics_rate", shape: [1], layout: "plain" });
    const updates = ["mean", "variance"].map((name, row) =>
      graph.node("running_update", [statistic(graph, name, channels), rate, statistics], {
        row,
        plane: height * width,
      }),
    );
    return { outputs: { variance: graph.node("row", [statistics], { index: 1 }) }, updates };
  }),
];
