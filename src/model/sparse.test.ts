/** Files of the kept weights alone: what is written is read again, whichever reader it is, and what does not fit is refused. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../base/safetensors.ts";
import { networkIn } from "../foreign/fit.ts";
import { openWeights } from "../foreign/open.ts";
import { parseModel } from "./registry.ts";
import { sparseTensors } from "./sparse.ts";
import { type Network, networkFromSafetensors, networkToTensors } from "./tensors.ts";

const model = parseModel("mlp-5", { shape: [1, 3, 3], outputs: 3 });
const { parameters } = model;

/** A network of which about every `nth` weight is kept; the first value of all is the least there is. */
function pruned(nth: number): Network {
  const weights = new Map(
    parameters.map(({ name, shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, Float32Array.from({ length: size }, (_, i) => (i === 0 ? 2 ** -149 : Math.fround(0.1 * i - 1)))];
    }),
  );
  const prunable = parameters.filter((parameter) => parameter.prunable);
  const mask = new Map(
    prunable.map(({ name }) => [name, Uint8Array.from(weights.get(name)!, (_, i) => +(i % nth === 0))]),
  );
  for (const [name, bits] of mask)
    weights.set(
      name,
      weights.get(name)!.map((value, i) => (bits[i] ? value : 0)),
    );
  return { weights, mask };
}

const written = (network: Network) => sparseTensors(networkToTensors(network, parameters));
const file = ({ tensors, metadata }: ReturnType<typeof sparseTensors>) => encodeSafetensors(tensors, metadata);

test("both readers give the network that was written, at any density", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (nth) => {
      const network = pruned(nth);
      const bytes = file(written(network));
      expect(networkFromSafetensors(bytes, parameters)).toEqual(network);
      expect(await networkIn(await openWeights(bytes, "a"), model)).toEqual(network);
    }),
  );
});

test("bits lie least significant first, in the order of the weights, and kept values in that order", () => {
  const { tensors, metadata } = written(pruned(3));
  expect([...tensors.keys()]).toEqual([
    ...["fc1.weight.kept", "fc1.bias", "fc2.weight.kept", "fc2.bias"],
    ...["mask/fc1.weight.bits", "mask/fc2.weight.bits"],
  ]);
  // 45 weights, of which 0, 3, 6, ... are kept.
  expect([...tensors.get("mask/fc1.weight.bits")!.data]).toEqual([0x49, 0x92, 0x24, 0x49, 0x92, 0x04]);
  expect(tensors.get("fc1.weight.kept")!.shape).toEqual([15]);
  expect(JSON.parse(metadata.shapes!)).toEqual({ "fc1.weight": [5, 9], "fc2.weight": [3, 5] });
});

test("a dense network is written as it is", () => {
  const tensors = networkToTensors({ ...pruned(1), mask: null }, parameters);
  expect(sparseTensors(tensors)).toEqual({ tensors, metadata: {} });
});

test("masks in bits alone are masks of weights in another file", async () => {
  const network = pruned(4);
  const bits = new Map([...written(network).tensors].filter(([name]) => name.startsWith("mask/")));
  const masks = await openWeights(encodeSafetensors(bits, written(network).metadata), "masks");
  const weights = await openWeights(encodeSafetensors(networkToTensors({ ...network, mask: null }, parameters)), "w");
  expect(await networkIn(weights, model, masks.tensors)).toEqual(network);
});

type Parts = { tensors: Map<string, Tensor>; metadata: Record<string, string> };
const u8 = (...data: number[]): Tensor => ({ dtype: "U8", shape: [data.length], data: Uint8Array.from(data) });
const f32 = (...data: number[]): Tensor => ({ dtype: "F32", shape: [data.length], data: Float32Array.from(data) });

test.each<[string, (parts: Parts) => void, RegExp]>([
  [
    "too few bits",
    ({ tensors }) => tensors.set("mask/fc2.weight.bits", u8(1)),
    /^file: mask\/fc2.weight.bits: must be 2 bytes of U8, a bit for each weight of shape \[3,5\], got "1 bytes of U8"/,
  ],
  [
    "a bit behind the last weight",
    ({ tensors }) => tensors.set("mask/fc2.weight.bits", u8(0x49, 0x92)),
    /fc2.weight.bits: the bits behind the last of 15 weights must be 0, got 146. The least significant bit is the first/,
  ],
  [
    "a kept value too many",
    ({ tensors }) => tensors.set("fc2.weight.kept", f32(1, 2, 3, 4, 5, 6)),
    /^file: fc2.weight.kept: must be 5 numbers of F32, one for each bit that is 1, got "6 of F32"/,
  ],
  [
    "kept bytes",
    ({ tensors }) => tensors.set("fc2.weight.kept", u8(1, 2, 3, 4, 5)),
    /fc2.weight.kept: must be 5 numbers of F32, .* got "5 of U8"/,
  ],
  [
    "a kept value that is none",
    ({ tensors }) => tensors.set("fc2.weight.kept", f32(1, Number.NaN, 3, 4, 5)),
    /fc2.weight\[3\]: all values must be finite, and 1 of 15 are not, got NaN/,
  ],
  [
    "kept values without bits",
    ({ tensors }) => tensors.delete("mask/fc2.weight.bits"),
    /^file: fc2.weight.kept: kept values need the bits of their mask. docs\/files.md/,
  ],
  [
    "a weight that is there twice",
    ({ tensors }) => tensors.set("fc2.weight", f32(1)),
    /^file: fc2.weight: must be there once, dense or sparse/,
  ],
  [
    "no shapes",
    ({ metadata }) => delete metadata.shapes,
    /^file: the metadata's shapes must have that of weights in bits, as \{"fc1.weight":\[300,784\]\}/,
  ],
  ["shapes that are none", ({ metadata }) => (metadata.shapes = '{"fc1.weight":"5x9"}'), /the metadata's shapes must/],
  [
    "a shape that is missing",
    ({ metadata }) => (metadata.shapes = '{"fc1.weight":[5,9]}'),
    /the metadata's shapes must have that of fc2.weight/,
  ],
  [
    "a claim of more weights than there are bits",
    ({ metadata }) => (metadata.shapes = '{"fc1.weight":[5,9],"fc2.weight":[3,500000000000]}'),
    /fc2.weight.bits: must be 187500000000 bytes of U8/,
  ],
  [
    "a shape of another model",
    ({ metadata }) => (metadata.shapes = '{"fc1.weight":[9,5],"fc2.weight":[3,5]}'),
    /fc1.weight: shape must be \[5,9\], got "\[9,5\]"/,
  ],
])("%s is refused by both readers", async (_, change, message) => {
  const { tensors, metadata } = written(pruned(3));
  const parts = { tensors: new Map(tensors), metadata: { ...metadata } };
  change(parts);
  const bytes = encodeSafetensors(parts.tensors, parts.metadata);
  expect(() => networkFromSafetensors(bytes, parameters, "file")).toThrow(
    expect.objectContaining({ code: "data", message: expect.stringMatching(message) }),
  );
  await expect(openWeights(bytes, "file").then((opened) => networkIn(opened, model))).rejects.toThrow(
    expect.objectContaining({ code: "data", message: expect.stringMatching(message) }),
  );
});

test("a file changed anywhere ends in a network or in an error with words", async () => {
  const bytes = file(written(pruned(3)));
  decodeSafetensors(bytes);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
      const changed = bytes.slice();
      changed[at] = byte;
      const read = openWeights(changed, "file").then((opened) => networkIn(opened, model));
      const outcome = await read.catch((error: unknown) => error);
      if (!(outcome instanceof Error)) return;
      expect(outcome).toMatchObject({ code: "data" });
    }),
    { numRuns: Number(process.env.FUZZ ?? 150) },
  );
});
