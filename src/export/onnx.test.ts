import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { encodeOnnx, type OnnxExport, type OnnxLayer } from "./onnx.ts";

/** A small linear congruential generator: values in [-1, 1) that every run shares. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
}

/** A random MLP of which about half of the weights are pruned. */
function network(activation: "relu" | "tanh" | "sigmoid", bias: boolean): OnnxExport {
  const next = generator(7);
  const linear = (name: string, inputs: number, outputs: number): OnnxLayer => {
    const weight = Float32Array.from({ length: inputs * outputs }, () => Math.max(next(), 0) / Math.sqrt(inputs));
    return {
      kind: "linear",
      name,
      inputs,
      outputs,
      weight,
      bias: bias ? Float32Array.from({ length: outputs }, next) : null,
    };
  };
  const input = { shape: [3, 5, 4] as const, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] };
  const layers = [{ kind: "flatten" } as const, linear("fc1", 60, 30), { kind: activation }, linear("fc2", 30, 10)];
  return { name: "mlp", input, layers };
}

const ACTIVATIONS = {
  relu: (x: number) => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
};

/** The definition, in float64, of one image's logits. */
function evaluate({ input, layers }: OnnxExport, pixels: Float32Array): number[] {
  const area = input.shape[1] * input.shape[2];
  const channel = (i: number) => Math.floor(i / area);
  let x = Array.from(pixels, (pixel, i) => (pixel - input.mean[channel(i)]!) / input.std[channel(i)]!);
  for (const layer of layers) {
    if (layer.kind === "linear") {
      const { weight, bias, inputs, outputs } = layer;
      const product = (row: number) =>
        x.reduce((sum, value, i) => sum + value * weight[row * inputs + i]!, bias?.[row] ?? 0);
      x = Array.from({ length: outputs }, (_, row) => product(row));
    } else if (layer.kind !== "flatten") x = x.map(ACTIVATIONS[layer.kind]);
  }
  return x;
}

test.each([
  ["relu", true],
  ["tanh", true],
  ["sigmoid", false],
] as const)("onnxruntime gives the logits of the definition: %s, bias %s", async (activation, bias) => {
  const model = network(activation, bias);
  const session = await InferenceSession.create(encodeOnnx(model));
  expect([session.inputNames, session.outputNames]).toEqual([["pixels"], ["logits"]]);
  for (const count of [1, 7]) {
    const next = generator(count);
    const pixels = Float32Array.from({ length: count * 60 }, () => Math.abs(next()));
    const { logits } = await session.run({ pixels: new Tensor("float32", pixels, [count, 3, 5, 4]) });
    expect(logits!.dims).toEqual([count, 10]);
    const expected = Array.from({ length: count }, (_, n) =>
      evaluate(model, pixels.subarray(n * 60, n * 60 + 60)),
    ).flat();
    const scale = Math.max(...expected.map(Math.abs));
    const error = expected.map((value, i) => Math.abs(value - Number(logits!.data[i])) / scale);
    expect(Math.max(...error)).toBeLessThan(1e-5);
    expect(scale).toBeGreaterThan(0.1);
  }
});

test("layers that do not fit are refused", () => {
  const model = network("relu", true);
  const code = (message: RegExp) => expect.objectContaining({ code: "data", message: expect.stringMatching(message) });
  expect(() => encodeOnnx({ ...model, layers: model.layers.slice(1) })).toThrow(
    code(/fc1: .*must give \[60\], got "\[3,5,4\]"/),
  );
  expect(() => encodeOnnx({ ...model, layers: [model.layers[0]!, model.layers[3]!] })).toThrow(
    code(/fc2: .*\[30\], got "\[60\]"/),
  );
  expect(() => encodeOnnx({ ...model, input: { ...model.input, mean: [0] } })).toThrow(code(/mean: values must be 3/));
  const short = {
    kind: "linear",
    name: "fc1",
    inputs: 60,
    outputs: 2,
    weight: new Float32Array(60),
    bias: null,
  } as const;
  expect(() => encodeOnnx({ ...model, layers: [model.layers[0]!, short] })).toThrow(
    code(/fc1.weight: .*must be 120, got 60/),
  );
});
