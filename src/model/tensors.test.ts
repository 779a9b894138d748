import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../base/safetensors.ts";
import type { Parameter } from "./network.ts";
import {
  type Network,
  networkFromSafetensors,
  networkFromTensors,
  networkToSafetensors,
  networkToTensors,
} from "./tensors.ts";

const common = { layer: "", fanIn: 1, fanOut: 1, output: false };
const weight = (name: string, shape: number[]): Parameter => ({
  ...common,
  name,
  shape,
  role: "weight",
  prunable: true,
});
const bias = (name: string, shape: number[]): Parameter => ({ ...common, name, shape, role: "bias", prunable: false });
const parameters = [
  weight("fc1.weight", [3, 2]),
  bias("fc1.bias", [3]),
  weight("fc2.weight", [2, 3]),
  bias("fc2.bias", [2]),
];

const sizes = parameters.map(({ shape }) => shape.reduce((a, b) => a * b));
const values = (size: number) =>
  fc
    .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: size, maxLength: size })
    .map(Float32Array.from.bind(Float32Array));
const bits = (size: number) =>
  fc.array(fc.nat(1), { minLength: size, maxLength: size }).map(Uint8Array.from.bind(Uint8Array));
const dense: fc.Arbitrary<Network> = fc
  .tuple(...sizes.map(values))
  .map((all) => ({ weights: new Map(all.map((data, i) => [parameters[i]!.name, data])), mask: null }));
const pruned = fc.tuple(dense, bits(6), bits(6)).map(([{ weights }, a, b]): Network => {
  const mask = new Map([
    ["fc1.weight", a],
    ["fc2.weight", b],
  ]);
  const kept = [...weights].map(([name, data]): [string, Float32Array] => [
    name,
    data.map((x, i) => (mask.get(name)?.[i] === 0 ? 0 : x)),
  ]);
  return { weights: new Map(kept), mask };
});

test("a network comes back bit for bit, dense or pruned", () => {
  fc.assert(
    fc.property(fc.oneof(dense, pruned), (network) => {
      expect(networkFromSafetensors(networkToSafetensors(network, parameters), parameters)).toEqual(network);
    }),
  );
});

const zeros = (): Network => ({
  weights: new Map(parameters.map(({ name }, i) => [name, new Float32Array(sizes[i]!)])),
  mask: null,
});

test("a file holds PyTorch's names and shapes, masks as bytes, and the metadata", () => {
  const mask = new Map([
    ["fc1.weight", new Uint8Array(6)],
    ["fc2.weight", new Uint8Array(6)],
  ]);
  const { tensors, metadata } = decodeSafetensors(
    networkToSafetensors({ ...zeros(), mask }, parameters, { study: "imp" }),
  );
  expect(metadata).toEqual({ study: "imp" });
  expect([...tensors].map(([name, { dtype, shape }]) => `${name} ${dtype} [${shape}]`)).toEqual([
    "fc1.weight F32 [3,2]",
    "fc1.bias F32 [3]",
    "fc2.weight F32 [2,3]",
    "fc2.bias F32 [2]",
    "mask/fc1.weight U8 [3,2]",
    "mask/fc2.weight U8 [2,3]",
  ]);
});

/** A dense network's tensors with some replaced, added or (undefined) removed. */
function changed(changes: Record<string, Tensor | undefined>): Map<string, Tensor> {
  const all = Object.entries({ ...Object.fromEntries(networkToTensors(zeros(), parameters)), ...changes });
  return new Map(all.filter((entry): entry is [string, Tensor] => entry[1] !== undefined));
}

const f32 = (shape: number[], ...data: number[]): Tensor => ({ dtype: "F32", shape, data: Float32Array.from(data) });

test("a mask sets the values it prunes to +0, and a layer without a mask is whole", () => {
  const tensors = changed({
    "fc1.weight": f32([3, 2], 1, -2, 3, -4, 5, -6),
    "mask/fc1.weight": f32([3, 2], 1, 0, 1, 0, 0, 1),
  });
  const { weights, mask } = networkFromTensors(tensors, parameters, "file");
  expect(weights.get("fc1.weight")).toEqual(Float32Array.of(1, 0, 3, 0, 0, -6));
  expect(mask).toEqual(
    new Map([
      ["fc1.weight", Uint8Array.of(1, 0, 1, 0, 0, 1)],
      ["fc2.weight", new Uint8Array(6).fill(1)],
    ]),
  );
});

test("PyTorch's count of batches is passed over", () => {
  const tensors = changed({ "bn.num_batches_tracked": { dtype: "I32", shape: [], data: Int32Array.of(7) } });
  expect(networkFromTensors(tensors, parameters, "file")).toEqual(zeros());
});

const NAME = ". Name the model that the file is of";
const DIVERGED = ". A training that diverged leaves such: take a file from before, or train again with a lower rate";
const two = f32([2], 0, 0);
const six = (shape: number[], ...data: number[]): Tensor => f32(shape, ...data, ...Array(6 - data.length).fill(0));
test.each<[string, Record<string, Tensor | undefined>, string]>([
  ["a missing tensor", { "fc2.bias": undefined }, `file: tensors must be those of the model; missing fc2.bias${NAME}`],
  ["an unexpected tensor", { "bn.bias": two }, `file: tensors must be those of the model; unexpected bn.bias${NAME}`],
  [
    "a mask of nothing",
    { "mask/fc1.bias": two },
    `file: tensors must be those of the model; unexpected mask/fc1.bias${NAME}`,
  ],
  [
    "names of Sequential",
    { "fc1.weight": undefined, "fc2.weight": undefined, "3.weight": six([2, 3]), "1.weight": six([3, 2]) },
    "file: tensors must be those of the model; missing fc1.weight, fc2.weight; unexpected 3.weight, 1.weight. " +
      'Did you mean "fc1.weight" where it says "1.weight", "fc2.weight" where it says "3.weight"?',
  ],
  [
    "a name of another ending, whatever its shape",
    { "fc1.weight": undefined, "fc1.kernel": six([3, 2]) },
    `file: tensors must be those of the model; missing fc1.weight; unexpected fc1.kernel${NAME}`,
  ],
  [
    "two names of which either may be meant",
    { "fc2.bias": undefined, "head.bias": two, "tail.bias": two },
    `file: tensors must be those of the model; missing fc2.bias; unexpected head.bias, tail.bias${NAME}`,
  ],
  [
    "a mask for a weight",
    { "fc1.weight": undefined, "fc1_mask.weight": six([3, 2]) },
    `file: tensors must be those of the model; missing fc1.weight; unexpected fc1_mask.weight${NAME}`,
  ],
  [
    "more than ten names",
    Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`x${i}`, two])),
    `file: tensors must be those of the model; unexpected x0, x1, x2, x3, x4, x5, x6, x7, x8, x9 and 2 more${NAME}`,
  ],
  ["a transposed weight", { "fc1.weight": six([2, 3]) }, 'file: fc1.weight: shape must be [3,2], got "[2,3]"'],
  ["a flat mask", { "mask/fc1.weight": six([6]) }, 'file: mask/fc1.weight: shape must be [3,2], got "[6]"'],
  [
    "NaN",
    { "fc1.weight": six([3, 2], 1, Number.NaN) },
    `file: fc1.weight[1]: all values must be finite, and 1 of 6 are not, got NaN${DIVERGED}`,
  ],
  [
    "infinity",
    { "fc2.bias": f32([2], 0, -Infinity) },
    `file: fc2.bias[1]: all values must be finite, and 1 of 2 are not, got -Infinity${DIVERGED}`,
  ],
  [
    "half a mask",
    { "mask/fc1.weight": six([3, 2], 0.5) },
    "file: mask/fc1.weight[0]: mask must be 0 or 1, got 0.5. Write the mask as 0 where a weight is cut and 1 where it is kept",
  ],
  [
    "integers",
    { "fc2.bias": { dtype: "I32", shape: [2], data: new Int32Array(2) } },
    'file: fc2.bias: weights must be floating-point, got "I32". Write them as 32-bit floats',
  ],
])("%s is refused", (_, changes, message) => {
  const bytes = encodeSafetensors(changed(changes));
  expect(() => networkFromSafetensors(bytes, parameters, "file")).toThrow(
    expect.objectContaining({ code: "data", message }),
  );
});

test("a network without one of its model's parameters is not written", () => {
  expect(() => networkToSafetensors({ weights: new Map(), mask: null }, parameters)).toThrow(
    /fc1.weight: network must/,
  );
});
