import { describe, expect, test } from "vitest";
import { INITIALISERS, type Initialiser, initialise } from "./initialise.ts";
import { parseModel } from "./registry.ts";

const images = { shape: [1, 28, 28], outputs: 10 } as const;
const lenet = parseModel("lenet-300-100", images);
const key = { seed: 1, replicate: 0, draw: 0 };
const names = Object.keys(INITIALISERS) as Initialiser[];

/** Mean and standard deviation, in float64. */
function momentsOf(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** Kurtosis, which says how far a sample's deviation may be off, and the share of draws beyond two deviations. */
const SHAPES = { normal: { kurtosis: 3, tail: 0.0455 }, uniform: { kurtosis: 1.8, tail: 0 } } as const;
type Shape = keyof typeof SHAPES;

/** All within four standard errors. */
function expectSample(values: Float32Array, { deviation, shape }: { deviation: number; shape: Shape }) {
  const { length } = values;
  const { kurtosis, tail } = SHAPES[shape];
  const sample = momentsOf(values);
  expect(Math.abs(sample.mean)).toBeLessThan((4 * deviation) / Math.sqrt(length));
  expect(Math.abs(sample.deviation / deviation - 1)).toBeLessThan(4 * Math.sqrt((kurtosis - 1) / (4 * length)));
  const beyond = values.filter((value) => Math.abs(value) > 2 * deviation).length / length;
  expect(Math.abs(beyond - tail)).toBeLessThanOrEqual(4 * Math.sqrt((tail * (1 - tail)) / length));
  if (shape === "uniform")
    expect(values.every((value) => Math.abs(value) < 1.0001 * Math.sqrt(3) * deviation)).toBe(true);
}

/** Deviation of weights by fan in and fan out, and the shape of their distribution. */
const RULES: Record<Initialiser, { shape: Shape; deviation: (fanIn: number, fanOut: number) => number }> = {
  "glorot-normal": { shape: "normal", deviation: (fanIn, fanOut) => Math.sqrt(2 / (fanIn + fanOut)) },
  "glorot-uniform": { shape: "uniform", deviation: (fanIn, fanOut) => Math.sqrt(2 / (fanIn + fanOut)) },
  "kaiming-normal": { shape: "normal", deviation: (fanIn) => Math.sqrt(2 / fanIn) },
  "kaiming-uniform": { shape: "uniform", deviation: (fanIn) => Math.sqrt(2 / fanIn) },
  uniform: { shape: "uniform", deviation: (fanIn) => 1 / Math.sqrt(3 * fanIn) },
  bert: { shape: "normal", deviation: () => 0.02 },
  openlth: { shape: "normal", deviation: (fanIn) => Math.sqrt(2 / fanIn) },
};

describe.each(names)("%s", (name) => {
  const weights = initialise(lenet, name, key);

  test.each(lenet.parameters.filter(({ role }) => role === "weight"))("draws $name", (parameter) => {
    const { shape, deviation } = RULES[name];
    expectSample(weights.get(parameter.name)!, { shape, deviation: deviation(parameter.fanIn, parameter.fanOut) });
  });

  const hasZeroBiases = name === "bert" || name.startsWith("glorot");
  test("draws biases as its source does: zero for Glorot and BERT, PyTorch's for the others", () => {
    for (const { name: bias, fanIn } of lenet.parameters.filter(({ role }) => role === "bias")) {
      const values = weights.get(bias)!;
      if (hasZeroBiases) expect(values.every((value) => Object.is(value, 0))).toBe(true);
      else {
        expect(values.every((value) => Math.abs(value) <= Math.fround(1 / Math.sqrt(fanIn)))).toBe(true);
        expect(values.some((value) => value > 0) && values.some((value) => value < 0)).toBe(true);
      }
    }
    if (!hasZeroBiases) expectSample(weights.get("fc1.bias")!, { shape: "uniform", deviation: 1 / Math.sqrt(3 * 784) });
  });
});

describe.each(names)("%s of a convolutional network", (name) => {
  const model = parseModel("vgg-11-w16", { shape: [3, 32, 32], outputs: 10 });
  const weights = initialise(model, name, key);
  const ofRole = (wanted: string) =>
    model.parameters.filter(({ role }) => role === wanted).map((parameter) => weights.get(parameter.name)!);

  test("draws kernels by the fans of their taps", () => {
    const { fanIn, fanOut, shape } = model.parameters.find((parameter) => parameter.name === "layers.4.conv.weight")!;
    expect([shape, fanIn, fanOut]).toEqual([[64, 32, 3, 3], 288, 576]);
    const rule = RULES[name];
    expectSample(weights.get("layers.4.conv.weight")!, { shape: rule.shape, deviation: rule.deviation(fanIn, fanOut) });
  });

  test("starts batch normalisation at scale 1 (OpenLTH: uniform), shift 0, mean 0 and variance 1", () => {
    const all = (role: string, value: number) =>
      ofRole(role).every((values) => values.every((x) => Object.is(x, value)));
    expect([all("shift", 0), all("mean", 0), all("variance", 1)]).toEqual([true, true, true]);
    expect(all("scale", 1)).toBe(name !== "openlth");
    if (name !== "openlth") return;
    const scales = Float32Array.from(ofRole("scale").flatMap((values) => [...values]));
    expect(scales.every((scale) => scale >= 0 && scale < 1)).toBe(true);
    const centred = scales.map((scale) => scale - 0.5);
    expectSample(centred, { shape: "uniform", deviation: Math.sqrt(1 / 12) });
  });
});

test("OpenLTH's initialiser differs from kaiming-normal in the scales alone", () => {
  const model = parseModel("resnet-8-4", { shape: [3, 8, 8], outputs: 10 });
  const [kaiming, openlth] = [initialise(model, "kaiming-normal", key), initialise(model, "openlth", key)];
  for (const { name, role } of model.parameters)
    expect(openlth.get(name)!.join() === kaiming.get(name)!.join()).toBe(role !== "scale");
});

const small = (name: string, at = key) => initialise(parseModel(name, images), "kaiming-normal", at);

test("the same key draws the same bits, and seeds, replicates and draws differ in every layer", () => {
  const keys = [key, { ...key, seed: 2 }, { ...key, replicate: 1 }, { ...key, draw: 1 }];
  expect(small("mlp-30-20")).toEqual(small("mlp-30-20"));
  for (const name of ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"])
    expect(new Set(keys.map((each) => small("mlp-30-20", each).get(name)!.join())).size).toBe(keys.length);
});

test("layers are independent: one that is added or widened moves no draw of those before it or beside it", () => {
  const [plain, deeper, wider] = [small("mlp-30-20"), small("mlp-30-20-25"), small("mlp-35-20")];
  for (const name of ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"])
    expect(deeper.get(name)).toEqual(plain.get(name));
  for (const name of ["fc3.weight", "fc3.bias"]) expect(wider.get(name)).toEqual(plain.get(name));
});

test("two layers of one shape get different draws", () => {
  const weights = small("mlp-20-20-20");
  expect(weights.get("fc2.weight")).not.toEqual(weights.get("fc3.weight"));
});
