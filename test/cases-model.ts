/** Cases of whole models: several heads, one applied twice, a target network. */
import type { GraphBuilder } from "../src/graph/graph.ts";
import type { Node } from "../src/graph/types.ts";
import { freeze } from "../src/model/freeze.ts";
import { defineModel, type Model } from "../src/model/model.ts";
import { createScope, type Scope } from "../src/model/scope.ts";
import { imageInput, imagesOf, type OpCase, type Sizes, vector, weighted } from "./cases-parts.ts";

const TRAINING = { training: true };

/** Channels of one value have no slope that differences can tell. */
const STEADY = { epsilon: 0.1 };

/** A convolution with batch normalisation and dropout, and two heads upon it. */
const branched = (sizes: Sizes): Model =>
  defineModel({
    name: "branched",
    input: imagesOf(sizes),
    outputs: sizes.outputs,
    build(layers, x) {
      const y = layers.batchNorm(
        layers.convolution(x, 2, "conv", { kernel: 3, padding: 1, bias: false }),
        "bn",
        STEADY,
      );
      const h = layers.dropout(layers.flatten(layers.tanh(y)), 0.3);
      return { output: layers.linear(h, sizes.outputs, "fc", { output: true }), side: layers.linear(h, 2, "side") };
    },
  });

/** Vectors through one hidden layer. */
const small = ({ inputs, outputs }: Sizes): Model =>
  defineModel({
    name: "small",
    input: [inputs],
    outputs,
    build(layers, x) {
      return layers.linear(layers.tanh(layers.linear(x, 3, "fc1")), outputs, "fc2", { output: true });
    },
  });

/** The mean squared distance from what the host writes under a name. */
const distance = (graph: GraphBuilder, y: Node, target: string) =>
  graph.node("mean_squared_error", [y, vector(graph, y.type.shape[0]!, target)], {});

const targetsOf = (scope: Scope) => Object.fromEntries(scope.trained().map((node) => [node.attributes.name, node]));

export const MODEL: readonly OpCase[] = [
  ...weighted("a model of two heads", (graph, sizes) => {
    const scope = createScope(graph);
    const { output, side } = branched(sizes).apply(scope, imageInput(graph, imagesOf(sizes)), TRAINING);
    const loss = graph.node("add", [distance(graph, output, "target"), distance(graph, side!, "other")], {});
    return { outputs: { output, side: side! }, updates: scope.updates(), loss, targets: targetsOf(scope) };
  }),
  ...weighted("a model applied twice", (graph, sizes) => {
    const scope = createScope(graph);
    const model = freeze(branched(sizes), ["side.weight", "side.bias"]);
    const views = ["x", "view"].map((name) => imageInput(graph, imagesOf(sizes), name));
    const [first, second] = views.map((view) => model.apply(scope, view, TRAINING).output) as [Node, Node];
    const loss = graph.node("add", [distance(graph, first, "target"), distance(graph, second, "other")], {});
    return { outputs: { first, second }, updates: scope.updates(), loss, targets: targetsOf(scope) };
  }),
  ...weighted("a network and its target network", (graph, sizes) => {
    const [scope, x] = [createScope(graph), vector(graph, sizes.inputs)];
    const online = small(sizes).apply(scope, x, TRAINING).output;
    const target = freeze(small(sizes)).apply(scope.under("target"), x, { training: false }).output;
    const loss = graph.node("mean_squared_error", [online, target], {});
    return { outputs: { online, target }, loss, targets: targetsOf(scope) };
  }),
];
