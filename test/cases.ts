/**
 * One list of op cases, in small graphs around every op and every kernel variant: parity, finite differences, benchmarks
 * and the table of what an engine supports all go through it.
 */
import { differentiate } from "../src/graph/differentiate.ts";
import { createGraph, type Graph } from "../src/graph/graph.ts";
import type { Node, OpName } from "../src/graph/types.ts";

import { type OptimizerOptions, updateNode } from "../src/train/optimizer.ts";
import { BATCH_NORM } from "./cases-batch-norm.ts";
import { CONVOLUTION } from "./cases-convolution.ts";
import { CONVOLUTION_GRADIENT } from "./cases-convolution-gradient.ts";
import { IMAGE } from "./cases-image.ts";
import { MASK } from "./cases-mask.ts";
import { MODEL } from "./cases-model.ts";
import { labels, linear, type OpCase, parameter, plain, type Sizes, squared, vector, weighted } from "./cases-parts.ts";
import { SEQUENCE } from "./cases-sequence.ts";
import { STOCHASTIC } from "./cases-stochastic.ts";
import { VIEWS } from "./cases-views.ts";

export type { OpCase, Sizes } from "./cases-parts.ts";

/** What the names of outputs that are gradients begin with. */
export const GRADIENT = "gradient of ";

/** The graph of a case: outputs of its own, `loss`, and the gradient by each target. */
export function caseGraph({ nodes }: OpCase, sizes: Sizes): Graph {
  const graph = createGraph();
  const { outputs = {}, updates = [], loss, targets = {} } = nodes(graph, sizes);
  if (!loss) return graph.finish({ ...outputs }, updates);
  const gradients = differentiate(graph, loss, Object.values(targets));
  const named = Object.entries(targets).map(([name, node]) => [GRADIENT + name, gradients.get(node)!] as const);
  return graph.finish({ ...outputs, loss, ...Object.fromEntries(named) }, updates);
}

type Unary = "relu" | "tanh" | "sigmoid" | "elu";

const unary = (op: Unary) =>
  plain(op, (graph, { inputs }) => {
    const x = vector(graph, inputs);
    const y = graph.node(op, [x], {});
    return { outputs: { y }, loss: squared(graph, y), targets: { x } };
  });

/** A linear layer with its bias, updated by an optimizer. */
const updated = (name: string, optimizer: OptimizerOptions) =>
  weighted(name, (graph, { inputs, outputs }) => {
    const parameters = [parameter(graph, "w", outputs, inputs), parameter(graph, "b", outputs)] as const;
    const y = graph.node("bias", [linear(graph, vector(graph, inputs), parameters[0]), parameters[1]], {});
    const loss = squared(graph, y);
    const gradients = differentiate(graph, loss, parameters);
    const control = graph.node("input", [], { name: "control", shape: [3], layout: "plain" });
    const update = (parameter: Node & { op: "parameter" }) =>
      updateNode(graph, optimizer, { parameter, gradient: gradients.get(parameter)!, control });
    return { outputs: { loss }, updates: parameters.map(update) };
  });

const SGD = { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0 } as const;
const ADAM = { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;

const SOURCES: OpCase[] = [
  plain("images and labels", (graph, { inputs }) => {
    const x = graph.node("images", [], { shape: [2, 1, inputs] });
    return { outputs: { x, y: graph.node("column", [], { name: "labels", shape: [] }) } };
  }),
  plain("columns of integers and floats", (graph, { inputs }) => ({
    outputs: {
      y: graph.node("column", [], { name: "classes", shape: [] }),
      x: graph.node("column", [], { name: "features", shape: [inputs] }),
    },
  })),
  plain("ragged columns and lengths", (graph) => ({
    outputs: {
      tokens: graph.node("column", [], { name: "tokens", shape: [4] }),
      pairs: graph.node("column", [], { name: "pairs", shape: [7, 2] }),
      lengths: graph.node("lengths", [], { column: "tokens", most: 4 }),
    },
  })),
  plain("one_hot", (graph, { outputs }) => ({
    outputs: { y: graph.node("one_hot", [labels(graph)], { classes: outputs }) },
  })),
];

const ELEMENTWISE: OpCase[] = [
  unary("relu"),
  unary("tanh"),
  unary("sigmoid"),
  unary("elu"),
  plain("flatten and reshape", (graph, { inputs }) => {
    const x = graph.node("input", [], { name: "x", shape: [2, 1, inputs], layout: "image" });
    const flat = graph.node("tanh", [graph.node("flatten", [x], {})], {});
    const y = graph.node("reshape", [flat], { shape: [inputs, 2], layout: "vector" });
    return { outputs: { y }, loss: squared(graph, y), targets: { x } };
  }),
  plain("scale and add", (graph, { inputs }) => {
    const [a, b] = [vector(graph, inputs, "a"), vector(graph, inputs, "b")];
    const y = graph.node("add", [graph.node("scale", [a], { factor: 1.5 }), graph.node("add", [a, b], {})], {});
    return { outputs: { y }, loss: squared(graph, y), targets: { a, b } };
  }),
  plain("dropout", (graph, { inputs }) => {
    const x = vector(graph, inputs);
    const counter = graph.node("input", [], { name: "counter", shape: [3], layout: "plain" });
    const y = graph.node("dropout", [x, counter], { rate: 0.3, index: 5 });
    return { outputs: { y }, loss: squared(graph, y), targets: { x } };
  }),
  plain("bias", (graph, { inputs }) => {
    const [x, b] = [vector(graph, inputs), parameter(graph, "b", inputs)];
    const y = graph.node("bias", [x, b], {});
    return { outputs: { y }, loss: squared(graph, y), targets: { x, b } };
  }),
];

const LOSSES: OpCase[] = [
  plain("softmax_cross_entropy and correct", (graph, { outputs }) => {
    const [x, y] = [vector(graph, outputs), labels(graph)];
    const correct = graph.node("correct", [x, y], { top: 1 });
    const near = graph.node("correct", [x, y], { top: 3 });
    return { outputs: { correct, near }, loss: graph.node("softmax_cross_entropy", [x, y], {}), targets: { x } };
  }),
  plain("binary_cross_entropy", (graph, { outputs }) => {
    const [x, seen] = [vector(graph, outputs), vector(graph, outputs, "seen")];
    const target = graph.node("sigmoid", [seen], {});
    return { outputs: {}, loss: graph.node("binary_cross_entropy", [x, target], {}), targets: { x } };
  }),
  plain("mean_squared_error and mean_gradient", (graph, { outputs }) => {
    const x = vector(graph, outputs);
    return { outputs: { dy: graph.node("mean_gradient", [], {}) }, loss: squared(graph, x), targets: { x } };
  }),
];

const LINEAR: OpCase[] = [
  ...weighted("linear", (graph, { inputs, outputs }) => {
    const [x, w] = [vector(graph, inputs), parameter(graph, "w", outputs, inputs)];
    const y = linear(graph, x, w);
    return { outputs: { y }, loss: squared(graph, y), targets: { x, w } };
  }),
  ...weighted("linear and bias, fused", (graph, { inputs, outputs }) => {
    const [x, w, b] = [vector(graph, inputs), parameter(graph, "w", outputs, inputs), parameter(graph, "b", outputs)];
    const y = graph.node("bias", [linear(graph, x, w), b], {});
    return { outputs: { y }, loss: squared(graph, y), targets: { x, w, b } };
  }),
  ...weighted("linear, bias and relu, fused forward and backward", (graph, { inputs, outputs }) => {
    const [x, w, b] = [vector(graph, inputs), parameter(graph, "w", outputs, inputs), parameter(graph, "b", outputs)];
    const hidden = graph.node("relu", [graph.node("bias", [linear(graph, x, w), b], {})], {});
    const v = parameter(graph, "v", inputs, outputs);
    return { outputs: { hidden }, loss: squared(graph, linear(graph, hidden, v)), targets: { x, w, b, v } };
  }),
  ...weighted("a weight used twice", (graph, { inputs }) => {
    const [x, w] = [vector(graph, inputs), parameter(graph, "w", inputs, inputs)];
    const y = linear(graph, graph.node("tanh", [linear(graph, x, w)], {}), w);
    return { outputs: { y }, loss: squared(graph, y), targets: { x, w } };
  }),
];

const UPDATES: OpCase[] = [
  ...updated("sgd", { ...SGD, weightDecay: 0.01 }),
  ...updated("sgd with momentum", { ...SGD, momentum: 0.9, weightDecay: 0.01 }),
  ...updated("sgd with Nesterov's momentum", { ...SGD, momentum: 0.9, nesterov: true }),
  ...updated("sgdw", { ...SGD, name: "sgdw", weightDecay: 0.01 }),
  ...updated("sgdw with Nesterov's momentum", {
    ...SGD,
    name: "sgdw",
    momentum: 0.9,
    nesterov: true,
    weightDecay: 0.01,
  }),
  ...updated("sgdp within an interval", {
    ...SGD,
    name: "sgdp",
    momentum: 0.9,
    weightDecay: 0.01,
    low: -0.25,
    high: 0.125,
  }),
  ...updated("sgdp with Nesterov's momentum", { ...SGD, name: "sgdp", momentum: 0.9, nesterov: true, low: 0, high: 1 }),
  ...updated("adam", { ...ADAM, weightDecay: 0.01 }),
  ...updated("adamw", { ...ADAM, name: "adamw", weightDecay: 0.01 }),
];

export const CASES: readonly OpCase[] = [
  ...SOURCES,
  ...ELEMENTWISE,
  ...LOSSES,
  ...LINEAR,
  ...CONVOLUTION,
  ...CONVOLUTION_GRADIENT,
  ...BATCH_NORM,
  ...IMAGE,
  ...STOCHASTIC,
  ...MASK,
  ...MODEL,
  ...SEQUENCE,
  ...VIEWS,
  ...UPDATES,
];

/** The ops that a case's graph is made of. */
export function opsOf(opCase: OpCase, sizes: Sizes): ReadonlySet<OpName> {
  return new Set(caseGraph(opCase, sizes).nodes.map((node) => node.op));
}
