import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph } from "../graph/graph.ts";
import { conv } from "./conv.ts";
import type { Model } from "./model.ts";
import { parseModel } from "./registry.ts";
import { createScope } from "./scope.ts";

const images = { shape: [1, 28, 28], outputs: 10 } as const;

/** Ops of the model's graph between its images and its logits, parameters left out. */
function opsOf(model: Model, training = false): string[] {
  const graph = createGraph();
  model.apply(createScope(graph), graph.node("images", [], { shape: model.input }), { training });
  return graph.nodes.map(({ op }) => op).filter((op) => !["images", "parameter", "input"].includes(op));
}

const count = (model: Model, role: string) =>
  model.parameters
    .filter((parameter) => parameter.role === role)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

test("LeNet-300-100 on MNIST has 266,200 weights and 410 biases, named and laid out as PyTorch's", () => {
  const model = parseModel("lenet-300-100", images);
  expect([count(model, "weight"), count(model, "bias")]).toEqual([266_200, 410]);
  expect(model.parameters.map(({ name, shape }) => `${name} ${shape.join("x")}`)).toEqual([
    "fc1.weight 300x784",
    "fc1.bias 300",
    "fc2.weight 100x300",
    "fc2.bias 100",
    "fc3.weight 10x100",
    "fc3.bias 10",
  ]);
  expect(opsOf(model).join(" ")).toBe("flatten linear bias relu linear bias relu linear bias");
});

test("weights are prunable and biases are not; only the last layer is the output", () => {
  for (const { role, prunable, layer, output } of parseModel("mlp-30-20", images).parameters) {
    expect(prunable).toBe(role === "weight");
    expect(output).toBe(layer === "fc3");
  }
});

test("a name's numbers are its hidden layers, and the data set gives the rest", () => {
  const hidden = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  const data = fc.record({
    shape: fc.tuple(fc.nat(2), fc.nat(5), fc.nat(5)),
    outputs: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(hidden, data, (units, { shape: [c, h, w], outputs }) => {
      const model = parseModel(`mlp-${units.join("-")}`, { shape: [c + 1, h + 1, w + 1], outputs });
      const weights = model.parameters.filter(({ role }) => role === "weight");
      const inputs = [(c + 1) * (h + 1) * (w + 1), ...units];
      expect(weights.map(({ shape }) => shape)).toEqual([...units, outputs].map((size, i) => [size, inputs[i]]));
      expect(weights.map(({ fanIn, fanOut }) => [fanOut, fanIn])).toEqual(weights.map(({ shape }) => shape));
    }),
  );
});

describe("activations and dropout", () => {
  test.each([
    ["mlp-9", "relu"],
    ["mlp-9-relu", "relu"],
    ["mlp-9-tanh", "tanh"],
    ["lenet-9-sigmoid", "sigmoid"],
  ])("%s uses %s", (name, activation) => {
    expect(opsOf(parseModel(name, images)).join(" ")).toBe(`flatten linear bias ${activation} linear bias`);
  });

  test("dropout follows every hidden layer while training, each with numbers of its own, and none in evaluation", () => {
    const model = parseModel("mlp-9-8-tanh-dropout0.25", images);
    const graph = createGraph();
    model.apply(createScope(graph), graph.node("images", [], { shape: model.input }), { training: true });
    const dropouts = graph.nodes.flatMap((node) => (node.op === "dropout" ? [node.attributes] : []));
    expect(dropouts).toEqual([
      { rate: 0.25, index: 0 },
      { rate: 0.25, index: 1 },
    ]);
    expect(opsOf(model, true).join(" ")).toBe("flatten linear bias tanh dropout linear bias tanh dropout linear bias");
    expect(opsOf(model)).not.toContain("dropout");
  });
});

const GRAMMAR = [
  "lenet-300-100",
  "mlp-H1-H2-...[-tanh|-sigmoid|-elu][-dropoutRATE][-nobias]",
  "gadget-UNITS-H1-H2-...[-linear]",
  "conv-2|4|6|8[-wCHANNELS][-elu][-dropoutRATE][-nobias]",
  "vgg-11|13|16|19[-wWIDTH][-pool5]",
  "resnet-8|14|20|32|44|56|110[-WIDTH][-identity[-centred]]",
  "resnet-18|34|50[-cifar][-wWIDTH]",
  "wide-resnet-10|16|22|28|40-WIDENING",
  "inception-v3[-cifar][-wWIDTH]",
].join(", ");

test.each([
  ["", null],
  ["lenet", "lenet-300-100"],
  ["mlp", null],
  ["mlp-0", null],
  ["mlp-012", null],
  ["mlp-1000000", null],
  ["mlp-300--100", null],
  ["mlp-300-gelu", null],
  ["mlp-300-dropout1", null],
  ["mlp-300-dropout0.5-tanh", null],
  ["mlp-300-100 ", null],
  ["LeNet-300-100", "lenet-300-100"],
  ["ResNet20", "resnet-20"],
  ["resnet-21", "resnet-20"],
  ["resnet-20-0", "resnet-20"],
  ["vgg", "vgg-16"],
  ["vgg16", "vgg-16"],
  ["conv4", "conv-4"],
  ["conv-3", "conv-2"],
  ["wideresnet-28-10", "wide-resnet-28-10"],
  ["resnet18_cifar", "resnet-18-cifar"],
  ["transformer", null],
])("%j is no model's name; %j may have been meant", (name, meant) => {
  const remedy = meant ? `. Did you mean "${meant}"?` : "";
  const message = `model: must be one of ${GRAMMAR}, got ${JSON.stringify(name)}${remedy}`;
  expect(() => parseModel(name, images)).toThrow(expect.objectContaining({ code: "usage", message }));
});

test.each([
  ["resnet-50", [3, 32, 32], 'resnet-50 needs images of at least 64x64 pixels, got "32x32". Use resnet-50-cifar'],
  [
    "inception-v3",
    [3, 224, 74],
    'inception-v3 needs images of at least 75x75 pixels, got "224x74". Use inception-v3-cifar',
  ],
  ["inception-v3-cifar", [3, 12, 32], 'inception-v3-cifar needs images of at least 13x13 pixels, got "12x32"'],
  ["vgg-11-w8", [3, 15, 15], 'vgg-11-w8 needs images of at least 16x16 pixels, got "15x15"'],
  ["conv-6", [1, 7, 8], 'conv-6 needs images of at least 8x8 pixels, got "7x8"'],
] as const)("%s refuses images of %j", (name, shape, message) => {
  const error = expect.objectContaining({ code: "usage", message: `model: ${message}` });
  expect(() => parseModel(name, { shape, outputs: 10 })).toThrow(error);
});

test.each(["conv-2", "vgg-11", "resnet-20", "resnet-18-cifar", "wide-resnet-10-1", "inception-v3-cifar"])(
  "%s refuses vectors",
  (name) => {
    const rule = `model: ${name} needs images, [channels, height, width]`;
    const message = `${rule}, got "[13]". Use an MLP, such as mlp-64-64`;
    const vectors = { shape: [13], outputs: 1 };
    expect(() => parseModel(name, vectors)).toThrow(expect.objectContaining({ code: "usage", message }));
  },
);

test("an MLP takes vectors as they are", () => {
  const model = parseModel("mlp-9", { shape: [13], outputs: 2 });
  expect(model.parameters.map(({ shape }) => shape)).toEqual([[9, 13], [9], [2, 9], [2]]);
  const graph = createGraph();
  const x = graph.node("input", [], { name: "x", shape: [13], layout: "vector" });
  const { output } = model.apply(createScope(graph), x, { training: true });
  expect(output.type.shape).toEqual([2]);
  expect(graph.nodes.map(({ op }) => op)).not.toContain("flatten");
});

test("a convolution of one's own refuses vectors", () => {
  expect(() => conv({ name: "own", input: [13], outputs: 1, depth: 2 })).toThrow(
    'conv1: a convolution needs images, [channels, height, width], got "[13]". An MLP takes vectors',
  );
});

test.each([
  ["resnet-18", 64],
  ["inception-v3", 75],
  ["inception-v3-cifar", 13],
  ["vgg-11-w2", 16],
  ["conv-2", 2],
  ["conv-6", 8],
  ["resnet-20-2-identity", 1],
  ["resnet-18-cifar", 1],
  ["wide-resnet-10-1", 1],
])("%s takes images of %i pixels a side", (name, side) => {
  for (const training of [true, false])
    expect(opsOf(parseModel(name, { shape: [3, side, side], outputs: 2 }), training)).not.toEqual([]);
});
