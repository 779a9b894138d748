import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph } from "../graph/graph.ts";
import type { Model } from "./model.ts";
import { parseModel } from "./registry.ts";

const images = { shape: [1, 28, 28], classes: 10 } as const;

/** Ops of the model's graph between its images and its logits, parameters left out. */
function opsOf(model: Model, training = false): string[] {
  const graph = createGraph();
  model.logits(graph, graph.node("images", [], { shape: model.input }), { training });
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
    classes: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(hidden, data, (units, { shape: [c, h, w], classes }) => {
      const model = parseModel(`mlp-${units.join("-")}`, { shape: [c + 1, h + 1, w + 1], classes });
      const weights = model.parameters.filter(({ role }) => role === "weight");
      const inputs = [(c + 1) * (h + 1) * (w + 1), ...units];
      expect(weights.map(({ shape }) => shape)).toEqual([...units, classes].map((size, i) => [size, inputs[i]]));
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
    model.logits(graph, graph.node("images", [], { shape: model.input }), { training: true });
    const dropouts = graph.nodes.flatMap((node) => (node.op === "dropout" ? [node.attributes] : []));
    expect(dropouts).toEqual([
      { rate: 0.25, index: 0 },
      { rate: 0.25, index: 1 },
    ]);
    expect(opsOf(model, true).join(" ")).toBe("flatten linear bias tanh dropout linear bias tanh dropout linear bias");
    expect(opsOf(model)).not.toContain("dropout");
  });
});

test.each([
  "",
  "lenet",
  "mlp",
  "mlp-0",
  "mlp-012",
  "mlp-1000000",
  "mlp-300--100",
  "mlp-300-gelu",
  "mlp-300-dropout1",
  "mlp-300-dropout0.5-tanh",
  "mlp-300-100 ",
  "LeNet-300-100",
  "resnet-20",
])("%j is no model's name", (name) => {
  const message = `--model: must be one of lenet-300-100, mlp-H1-H2-...[-tanh|-sigmoid][-dropoutRATE], got ${JSON.stringify(name)}`;
  expect(() => parseModel(name, images)).toThrow(expect.objectContaining({ code: "usage", message }));
});
