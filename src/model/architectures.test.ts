/** Convolutional architectures against the counts, names and orders of their sources. */
import { describe, expect, test } from "vitest";
import { checkGraph } from "../graph/check.ts";
import { createGraph, type GraphBuilder } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import type { Model } from "./model.ts";
import { countParameters, countWeights } from "./network.ts";
import { parseModel } from "./registry.ts";
import { createScope } from "./scope.ts";

const cifar = { shape: [3, 32, 32], outputs: 10 } as const;
const imagenet = { shape: [3, 224, 224], outputs: 1000 } as const;
const inception = { shape: [3, 299, 299], outputs: 1000 } as const;

/** Trained parameters, prunable weights and their tensors. */
type Counts = readonly [parameters: number, weights: number, tensors: number];
const countsOf = (model: Model): Counts => [
  countParameters(model),
  countWeights(model),
  model.parameters.filter(({ prunable }) => prunable).length,
];

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

test("models without biases have weights alone", () => {
  for (const name of ["lenet-300-100-nobias", "conv-2-nobias", "conv-8-w16-nobias"]) {
    const { parameters } = parseModel(name, cifar);
    expect(parameters.every(({ role }) => role === "weight")).toBe(true);
  }
});

test("units of a gadget read one input each, and there are as many weights as the blocks have", () => {
  const model = parseModel("gadget-5-20", { shape: [1, 4, 4], outputs: 10 });
  expect(model.parameters.map(({ name, shape, fanIn }) => [name, shape, fanIn])).toEqual([
    ...[
      ["gadget1.weight", [80, 1, 1, 1], 1],
      ["fc1.weight", [20, 80], 80],
    ],
    ...[
      ["gadget2.weight", [100, 1, 1, 1], 1],
      ["fc2.weight", [10, 100], 100],
    ],
  ]);
  expect(model.parameters.every(({ prunable }) => prunable)).toBe(true);
});

describe("counts on CIFAR-10", () => {
  // Frankle & Carbin 2019, figure 2, prints 4.3M, 2.4M and 1.7M; the last does not fit its own layers, whose sum this is.
  const conv6 = [27 * 64, 576 * 64, 576 * 128, 1152 * 128, 1152 * 256, 2304 * 256, 4096 * 256, 256 * 256, 256 * 10];
  test.each([
    ["conv-2", 4_300_992, 5],
    ["conv-4", 2_425_024, 7],
    ["conv-6", total(conv6), 9],
    // Koster et al. 2022, as their repository prints them.
    ["conv-6-nobias", 2_261_184, 9],
    ["conv-8-nobias", 5_275_840, 11],
    // Twice the channels and twice the units of Conv-2, but for the colours and the classes.
    ["conv-2-w128-nobias", 4 * (4_300_992 - 27 * 64 - 2560) + 2 * (27 * 64 + 2560), 5],
  ])("%s has %i weights in %i tensors", (name, weights, tensors) => {
    expect(countsOf(parseModel(name, cifar)).slice(1)).toEqual([weights, tensors]);
  });

  test.each<readonly [string, Counts]>([
    ["vgg-16", [14_728_266, 14_715_584, 14]],
    ["resnet-20", [272_474, 270_896, 22]],
  ])("%s has OpenLTH's", (name, counts) => {
    expect(countsOf(parseModel(name, cifar))).toEqual(counts);
  });

  // He et al. 2016, table 6: 0.27M, 0.46M, 0.66M, 0.85M and 1.7M.
  test.each([
    ["resnet-20", 269_722],
    ["resnet-32", 464_154],
    ["resnet-44", 658_586],
    ["resnet-56", 853_018],
    ["resnet-110", 1_727_962],
  ])("%s with identity shortcuts has %i parameters, 2560 weights fewer than with projections", (name, count) => {
    const plain = parseModel(`${name}-identity`, cifar);
    expect(countParameters(plain)).toBe(count);
    expect(countWeights(parseModel(name, cifar)) - countWeights(plain)).toBe(2560);
  });

  test.each([
    ["resnet-20-identity", 268_336],
    ["resnet-20-4", 16_972 + 2560 / 16],
    ["resnet-20-4-identity", 16_972],
  ])("%s has %i weights", (name, count) => {
    expect(countWeights(parseModel(name, cifar))).toBe(count);
  });

  test.each([
    ["vgg-11", 9_231_114],
    ["vgg-13", 9_416_010],
    ["vgg-19", 20_040_522],
    ["resnet-18-cifar", 11_173_962],
    ["resnet-34-cifar", 21_282_122],
    ["resnet-50-cifar", 23_520_842],
    ["wide-resnet-28-10", 36_479_194],
    ["wide-resnet-16-8", 10_961_370],
    ["wide-resnet-40-4", 8_949_210],
    // Inception-v3's 23,834,568 with another last layer.
    ["inception-v3-cifar", 23_834_568 - 2049 * 990],
  ])("%s has %i parameters", (name, count) => {
    expect(countParameters(parseModel(name, cifar))).toBe(count);
  });

  test("a VGG's width scales all its channels", () => {
    const channels = (name: string) =>
      parseModel(name, cifar)
        .parameters.filter(({ role }) => role === "shift")
        .map(({ shape: [count] }) => count!);
    expect(channels("vgg-16-w6")).toEqual(channels("vgg-16").map((count) => (count / 64) * 6));
    expect(channels("vgg-16-w64")).toEqual(channels("vgg-16"));
  });
});

test.each<readonly [string, typeof imagenet | typeof inception, Counts]>([
  ["resnet-18", imagenet, [11_689_512, 11_678_912, 21]],
  ["resnet-34", imagenet, [21_797_672, 21_779_648, 37]],
  ["resnet-50", imagenet, [25_557_032, 25_502_912, 54]],
  ["inception-v3", inception, [23_834_568, 23_799_136, 95]],
])("%s on ImageNet has torchvision's counts", (name, context, counts) => {
  expect(countsOf(parseModel(name, context))).toEqual(counts);
});

const NAMES = [
  "conv-2-dropout0.5",
  "conv-4",
  "conv-6",
  "vgg-11",
  "resnet-8-4",
  "resnet-20-identity",
  "resnet-18-cifar",
];
const MORE = ["resnet-50-cifar", "wide-resnet-16-8", "inception-v3-cifar"];

function graphOf(model: Model, training: boolean): { graph: GraphBuilder; logits: Node } {
  const graph = createGraph();
  const x = graph.node("images", [], { shape: model.input });
  return { graph, logits: model.apply(createScope(graph), x, { training }).output };
}
const storedIn = ({ nodes }: GraphBuilder) =>
  nodes.flatMap((node) => (node.op === "parameter" || node.op === "statistic" ? [node.attributes.name] : []));

describe.each([...NAMES, ...MORE])("%s", (name) => {
  const model = parseModel(name, cifar);

  test("declares its parameters in one order in both modes, and gives the logits of every class", () => {
    for (const training of [true, false]) {
      const { graph, logits } = graphOf(model, training);
      checkGraph(graph.finish({ logits }));
      expect(storedIn(graph)).toEqual(model.parameters.map((parameter) => parameter.name));
      expect(logits.type).toEqual({ shape: [10], layout: "vector" });
    }
  });

  test("follows every batch's statistics while training, at one shared rate, and reads the running ones in evaluation", () => {
    const statistics = model.parameters.filter(({ role }) => role === "mean" || role === "variance");
    const training = graphOf(model, true).graph.nodes;
    const updates = training.filter(({ op }) => op === "running_update");
    expect(updates.map(({ inputs: [r] }) => (r!.attributes as { name: string }).name)).toEqual(
      statistics.map((parameter) => parameter.name),
    );
    expect(new Set(updates.map(({ inputs }) => inputs[1])).size).toBe(Math.min(1, updates.length));
    const evaluation = new Set(graphOf(model, false).graph.nodes.map(({ op }) => op));
    for (const op of ["running_update", "batch_statistics", "dropout"] as const) expect(evaluation).not.toContain(op);
  });

  test("prunes weights of convolutions and linear layers only, and its last layer alone is the output", () => {
    for (const { prunable, role, shape, name: parameter, output } of model.parameters) {
      expect(prunable).toBe(role === "weight");
      expect(prunable).toBe(shape.length > 1);
      expect(output).toBe(/^fc3?\.(weight|bias)$/.test(parameter));
    }
  });
});

test("a running mean is row 0 and a running variance row 1 of statistics over a plane", () => {
  const { graph } = graphOf(parseModel("resnet-8-4", cifar), true);
  const updates = graph.nodes.flatMap((node) => (node.op === "running_update" ? [node.attributes] : []));
  expect(updates.slice(0, 2)).toEqual([
    { row: 0, plane: 1024 },
    { row: 1, plane: 1024 },
  ]);
  expect(updates.at(-1)).toEqual({ row: 1, plane: 64 });
});

test("the names of a ResNet are OpenLTH's, in PyTorch's order", () => {
  const bn = (layer: string) => ["weight", "bias", "running_mean", "running_var"].map((suffix) => `${layer}.${suffix}`);
  const block = (name: string) => [
    `${name}.conv1.weight`,
    ...bn(`${name}.bn1`),
    `${name}.conv2.weight`,
    ...bn(`${name}.bn2`),
  ];
  const shortcut = (name: string) => [`${name}.shortcut.0.weight`, ...bn(`${name}.shortcut.1`)];
  expect(parseModel("resnet-8", cifar).parameters.map(({ name }) => name)).toEqual([
    ...["conv.weight", ...bn("bn"), ...block("blocks.0"), ...block("blocks.1"), ...shortcut("blocks.1")],
    ...[...block("blocks.2"), ...shortcut("blocks.2"), "fc.weight", "fc.bias"],
  ]);
});

test.each([
  ["vgg-16", cifar, "layers.0.conv.bias layers.16.bn.running_var fc.weight"],
  ["resnet-50", imagenet, "conv1.weight layer1.0.conv3.weight layer1.0.downsample.1.running_mean layer4.2.bn3.bias"],
  ["wide-resnet-16-8", cifar, "block1.layer.0.convShortcut.weight block3.layer.1.bn2.weight bn1.running_var"],
  [
    "inception-v3",
    inception,
    "Conv2d_1a_3x3.conv.weight Mixed_6e.branch7x7dbl_5.bn.bias Mixed_7c.branch3x3_2b.conv.weight",
  ],
])("%s has layers named as in its source", (name, context, names) => {
  const own = new Set(parseModel(name, context).parameters.map((parameter) => parameter.name));
  for (const expected of names.split(" ")) expect(own).toContain(expected);
});

/** The shapes of a model's images, from the first to the last. */
function shapesOf(model: Model, op: string): string[] {
  return graphOf(model, false).graph.nodes.flatMap((node) => (node.op === op ? [node.type.shape.join("x")] : []));
}

test("a CIFAR-sized Inception-v3 has its blocks at 16, 7 and 3 pixels, the original at 35, 17 and 8", () => {
  const sides = (model: Model) => [...new Set(shapesOf(model, "concatenate").map((shape) => shape.split("x")[1]))];
  expect(sides(parseModel("inception-v3-cifar", cifar))).toEqual(["16", "7", "3"]);
  expect(sides(parseModel("inception-v3", inception))).toEqual(["35", "17", "8"]);
  expect(shapesOf(parseModel("inception-v3", inception), "concatenate").at(-1)).toBe("2048x8x8");
});

test("a Conv network drops units of its hidden linear layers only", () => {
  const dropped = graphOf(parseModel("conv-4-dropout0.5", cifar), true).graph.nodes.filter(
    ({ op }) => op === "dropout",
  );
  expect(dropped.map(({ type }) => type.shape)).toEqual([[256], [256]]);
  expect(shapesOf(parseModel("conv-6", cifar), "max_pool")).toEqual(["64x16x16", "128x8x8", "256x4x4"]);
});
