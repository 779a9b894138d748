import { describe, expect, test } from "vitest";
import { checkGraph } from "../graph/check.ts";
import { createGraph } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import { createLayers, type Layers } from "./layers.ts";
import { defineModel, type Heads } from "./model.ts";
import { createScope } from "./scope.ts";

const regression = defineModel({
  name: "softmax-regression",
  input: [3, 4, 5],
  outputs: 7,
  build: (layers, x) => layers.linear(layers.flatten(x), 7, "out", { output: true }),
});

test("a model of one's own lists the parameters that it asks for", () => {
  const common = { layer: "out", fanIn: 60, fanOut: 7, output: true };
  expect(regression.parameters).toEqual([
    { ...common, name: "out.weight", shape: [7, 60], role: "weight", prunable: true },
    { ...common, name: "out.bias", shape: [7], role: "bias", prunable: false },
  ]);
});

test("its graph holds these parameters, and its main head gives the outputs by example", () => {
  const graph = createGraph();
  const x = graph.node("images", [], { shape: [3, 4, 5] });
  const { output } = regression.apply(createScope(graph), x, { training: true });
  const names = graph.nodes.flatMap((node) => (node.op === "parameter" ? [node.attributes.name] : []));
  expect(names).toEqual(["out.weight", "out.bias"]);
  expect(output.type).toEqual({ shape: [7], layout: "vector" });
});

describe("the head output must give the outputs", () => {
  const define = (build: (layers: Layers, x: Node) => Node | Heads) => () =>
    defineModel({ name: "one", input: [6, 8, 10], outputs: 2, build });

  test.each<[string, (layers: Layers, x: Node) => Node | Heads, string]>([
    ["of another number", (layers, x) => layers.linear(layers.flatten(x), 3, "fc"), "[3]"],
    ["as images", (layers, x) => layers.convolution(x, 2, "c", { kernel: [8, 10] }), "[2, 1, 1]"],
    ["as its input", (_, x) => ({ output: x }), "[6, 8, 10]"],
  ])("not %s", (_, build, got) => {
    const message = `one: the head output must give 2 numbers for each example, got "${got}". Correct outputs, or the last layer`;
    expect(define(build)).toThrow(expect.objectContaining({ code: "usage", message }));
  });

  test("while other heads give what they like", () => {
    const build = (layers: Layers, x: Node) => ({ output: layers.linear(layers.flatten(x), 2, "fc"), side: x });
    expect(define(build)().outputs).toBe(2);
  });
});

/** The node that a definition ends with, and the parameters that it asked for. */
function built(build: (layers: Layers, x: Node) => Node, options = { training: false }) {
  const graph = createGraph();
  const scope = createScope(graph);
  const node = build(createLayers(scope, options), graph.node("images", [], { shape: [6, 8, 10] }));
  checkGraph(graph.finish({ node }));
  return { node, nodes: graph.nodes, parameters: scope.parameters() };
}
const op = (node: Node) => ({ op: node.op, attributes: node.attributes as unknown });

describe("convolution", () => {
  test("has PyTorch's defaults, a kernel [outputs, inputs, height, width] and a bias", () => {
    const { node, parameters } = built((layers, x) => layers.convolution(x, 4, "c", { kernel: 3 }));
    const common = { layer: "c", fanIn: 54, fanOut: 36, output: false };
    expect(parameters).toEqual([
      { ...common, name: "c.weight", shape: [4, 6, 3, 3], role: "weight", prunable: true },
      { ...common, name: "c.bias", shape: [4], role: "bias", prunable: false },
    ]);
    expect([node.op, node.type.shape]).toEqual(["bias", [4, 6, 8]]);
    const attributes = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };
    expect(op(node.inputs[0]!)).toEqual({ op: "convolution", attributes });
  });

  test("takes pairs, groups and dilation, and may go without a bias", () => {
    const options = { kernel: [1, 3], stride: 2, padding: [0, 2], dilation: [1, 2], groups: 3, bias: false } as const;
    const { node, parameters } = built((layers, x) => layers.convolution(x, 9, "c", options));
    expect(parameters.map(({ shape, fanIn, fanOut }) => [shape, fanIn, fanOut])).toEqual([[[9, 2, 1, 3], 6, 27]]);
    const attributes = { stride: [2, 2], padding: [0, 2], dilation: [1, 2], groups: 3 };
    expect([op(node), node.type.shape]).toEqual([{ op: "convolution", attributes }, [9, 4, 5]]);
  });
});

describe("batch normalisation", () => {
  const normalise = (layers: Layers, x: Node) => layers.batchNorm(x, "bn");

  test("declares scale, shift and running statistics under PyTorch's names", () => {
    const facts = built(normalise).parameters.map(({ name, role, shape, prunable }) => [name, role, shape, prunable]);
    expect(facts).toEqual([
      ["bn.weight", "scale", [6], false],
      ["bn.bias", "shift", [6], false],
      ["bn.running_mean", "mean", [6], false],
      ["bn.running_var", "variance", [6], false],
    ]);
  });

  test("normalises by the batch while training and by the running statistics in evaluation", () => {
    const [training, evaluation] = [built(normalise, { training: true }), built(normalise)];
    expect(training.node.inputs.map((input) => input.op)).toEqual([
      "images",
      "batch_statistics",
      "parameter",
      "parameter",
    ]);
    expect(evaluation.node.inputs.map((input) => input.op)).toEqual(["images", "stack", "parameter", "parameter"]);
    for (const { node } of [training, evaluation]) expect(node.attributes).toEqual({ epsilon: 1e-5 });
    const updates = training.nodes.flatMap((node) => (node.op === "running_update" ? [node] : []));
    expect(updates.map(({ inputs: [r], attributes }) => [op(r!), attributes])).toEqual([
      [
        { op: "statistic", attributes: { name: "bn.running_mean", shape: [6] } },
        { row: 0, plane: 80 },
      ],
      [
        { op: "statistic", attributes: { name: "bn.running_var", shape: [6] } },
        { row: 1, plane: 80 },
      ],
    ]);
    const rate = { name: "statistics_rate", shape: [1], layout: "plain" };
    for (const { inputs } of updates) expect(inputs[1]!.attributes).toEqual(rate);
    expect(built((layers, x) => layers.batchNorm(x, "bn", { epsilon: 0.1 })).node.attributes).toEqual({ epsilon: 0.1 });
  });
});

test.each<[string, (layers: Layers, x: Node) => Node, object, number[]]>([
  [
    "max_pool",
    (layers, x) => layers.maxPool(x, { kernel: 2 }),
    { kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
    [6, 4, 5],
  ],
  [
    "average_pool",
    (layers, x) => layers.averagePool(x, { kernel: 3, stride: 1, padding: 1 }),
    { kernel: [3, 3], stride: [1, 1], padding: [1, 1] },
    [6, 8, 10],
  ],
  ["flatten", (layers, x) => layers.globalAverage(x), {}, [6]],
  ["add", (layers, x) => layers.add(x, layers.relu(x)), {}, [6, 8, 10]],
  ["concatenate", (layers, x) => layers.concatenate([x, x, layers.relu(x)]), {}, [18, 8, 10]],
  [
    "pad",
    (layers, x) => layers.pad(x, { channels: [0, 2] }),
    { channels: [0, 2], rows: [0, 0], columns: [0, 0] },
    [8, 8, 10],
  ],
])("%s is written as in PyTorch", (name, build, attributes, shape) => {
  const { node } = built(build);
  expect(op(node)).toEqual({ op: name, attributes });
  expect(node.type).toEqual({ shape, layout: shape.length === 3 ? "image" : "vector" });
});
