/** Op cases of arithmetic, noise, computed weights and penalties. */
import type { GraphBuilder } from "../src/graph/graph.ts";
import type { Node } from "../src/graph/types.ts";
import { linear, type OpCase, parameter, plain, squared, vector } from "./cases-parts.ts";

const counterOf = (graph: GraphBuilder) => graph.node("input", [], { name: "counter", shape: [3], layout: "plain" });

/** Above 0.1, whatever x is. */
function positive(graph: GraphBuilder, x: Node): Node {
  return graph.node("affine", [graph.node("multiply", [x, x], {})], { factor: 2, offset: 0.1 });
}

/** A loss per example plus one number for all. */
function penalised(graph: GraphBuilder, loss: Node, penalty: Node): Node {
  const row = graph.node("bias", [graph.node("reshape", [loss], { shape: [1], layout: "vector" }), penalty], {});
  return graph.node("reshape", [row], { shape: [], layout: "vector" });
}

/** A weight that is made of two parameters, as dense as they are. */
function computed(graph: GraphBuilder, ...shape: number[]) {
  const [w, log_scale] = [parameter(graph, "w", ...shape), parameter(graph, "log_scale", ...shape)];
  return { w, log_scale, weight: graph.node("multiply", [w, graph.node("exp", [log_scale], {})], {}) };
}

export const STOCHASTIC: readonly OpCase[] = [
  plain("multiply, divide, exp, log and square_root", (graph, { inputs }) => {
    const [a, b] = [vector(graph, inputs, "a"), vector(graph, inputs, "b")];
    const ratio = graph.node("divide", [graph.node("exp", [a], {}), positive(graph, b)], {});
    const root = graph.node("square_root", [positive(graph, a)], {});
    const y = graph.node("add", [graph.node("log", [ratio], {}), graph.node("multiply", [ratio, root], {})], {});
    return { outputs: { y }, loss: squared(graph, y), targets: { a, b } };
  }),
  // Values lie at least 0.25 from 0: those below are clipped, those above are not.
  plain("clip and is_below", (graph, { inputs }) => {
    const x = vector(graph, inputs);
    const y = graph.node("clip", [x], { low: -0.1, high: 2 });
    return {
      outputs: { y, low: graph.node("is_below", [x], { limit: 0.1 }) },
      loss: squared(graph, y),
      targets: { x },
    };
  }),
  plain("gaussian_noise and uniform_noise", (graph, { inputs }) => {
    const [x, counter] = [vector(graph, inputs), counterOf(graph)];
    const outputs = {
      normal: graph.node("gaussian_noise", [x, counter], { index: 3 }),
      uniform: graph.node("uniform_noise", [x, counter], { index: 4 }),
    };
    const y = graph.node("add", [x, graph.node("multiply", [outputs.normal, outputs.uniform], {})], {});
    return { outputs, loss: squared(graph, y), targets: { x } };
  }),
  plain("noise of images and of parameters", (graph, { inputs, outputs }) => {
    const [x, counter] = [
      graph.node("input", [], { name: "x", shape: [2, 3, inputs], layout: "image" }),
      counterOf(graph),
    ];
    const u = graph.node("uniform_noise", [parameter(graph, "w", outputs, inputs), counter], { index: 1 });
    return { outputs: { u, normal: graph.node("gaussian_noise", [x, counter], { index: 2 }) } };
  }),
  plain("linear with a computed weight and a penalty", (graph, { inputs, outputs }) => {
    const [x, { w, log_scale, weight }] = [vector(graph, inputs), computed(graph, outputs, inputs)];
    const b = parameter(graph, "b", outputs);
    const y = graph.node("bias", [linear(graph, x, weight), b], {});
    const sum = graph.node(
      "add",
      [graph.node("total", [weight], {}), graph.node("total", [positive(graph, b)], {})],
      {},
    );
    const loss = penalised(graph, squared(graph, y), sum);
    return { outputs: { y }, loss, targets: { x, w, log_scale, b } };
  }),
  plain("convolution with a computed weight", (graph, { inputs, outputs }) => {
    const x = graph.node("input", [], { name: "x", shape: [1, 3, Math.min(inputs, 3)], layout: "image" });
    const { w, log_scale, weight } = computed(graph, Math.min(outputs, 2), 1, 3, 3);
    const taps = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 } as const;
    const y = graph.node("convolution", [x, weight], taps);
    const loss = squared(graph, graph.node("flatten", [y], {}));
    return { outputs: { y }, loss, targets: { x, w, log_scale } };
  }),
];
