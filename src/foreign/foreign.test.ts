/** Files that PyTorch, NumPy and NNI wrote (fixtures/write.py, write-nni.py), and what they computed from them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { encodeSafetensors, type Tensor } from "../base/safetensors.ts";
import { parseModel } from "../model/registry.ts";
import { countKept } from "../prune/prune.ts";
import { candidatesFor } from "./candidates.ts";
import { fits, networkIn } from "./fit.ts";
import { examples, outputsOf } from "./fixtures/outputs.ts";
import { openWeights } from "./open.ts";

const folder = join(import.meta.dirname, "fixtures");
const open = (name: string) => openWeights(readFileSync(join(folder, name)), name);

interface Case {
  readonly file: string;
  readonly model: string;
  readonly shape: readonly number[];
  readonly outputs: readonly (readonly number[])[];
  readonly masks?: string;
  /** Weights kept, layer by layer. */
  readonly weights?: readonly number[];
}

const casesIn = (name: string) =>
  (JSON.parse(readFileSync(join(folder, name), "utf8")) as { readonly cases: readonly Case[] }).cases;
const cases = [...casesIn("cases.json"), ...casesIn("cases-nni.json")];

test("there is a file of every kind", () => expect(cases.length).toBeGreaterThanOrEqual(12));

test.each(cases)(
  "$file as $model computes what PyTorch does",
  async ({ file, model: name, shape, outputs, ...more }) => {
    const dataset = examples(shape);
    const opened = await open(file);
    const masks = more.masks === undefined ? undefined : (await open(more.masks)).tensors;
    const model = parseModel(name, dataset);
    const network = await networkIn(opened, model, masks);
    const computed = await outputsOf(model, network, dataset);
    expect(
      computed
        .flat()
        .map((value, i) => Math.abs(value - outputs.flat()[i]!))
        .reduce((a, b) => Math.max(a, b)),
    ).toBeLessThan(2e-6);
    expect(network.mask && [...network.mask.values()].map(countKept)).toEqual(more.weights ?? null);
    expect(candidatesFor(opened, dataset).map((candidate) => candidate.name)).toContain(name);
  },
);

test("of a wrapped layer's weights the copies that NNI does not train are passed over, in any order", async () => {
  const { tensors } = await open("nni3.pth");
  const read = async (order: typeof tensors) => networkIn({ ...(await open("nni3.pth")), tensors: order }, model);
  const model = parseModel("mlp-5-4", examples([1, 4, 4]));
  const reversed = await read(new Map([...tensors].reverse()));
  expect(reversed).toEqual(await read(tensors));
  // Later releases of 2 keep the trained weights on the wrapper, and the copy in its module.
  const second = new Map(
    [...tensors].map(([name, tensor]) => {
      const layer = /^(fc[12])\.(?=weight$|bias$)/;
      const moved = name.includes("._nni_wrapper.")
        ? name.replace("._nni_wrapper", "")
        : name.replace(layer, "$1.module.");
      return [moved, tensor];
    }),
  );
  expect(await read(second)).toEqual(await read(tensors));
});

test("several models have the same tensors, and each is found once", async () => {
  const found = async (file: string, shape: readonly number[]) =>
    candidatesFor(await open(file), examples(shape)).map(({ name }) => name);
  expect(await found("akamaster.th", [3, 8, 8])).toEqual(["resnet-8-2-identity", "resnet-8-2-identity-centred"]);
  expect(await found("kuangliu-vgg.safetensors", [3, 32, 32])).toEqual(["vgg-11-w1", "vgg-11-w1-pool5"]);
  expect(await found("zip.pt", [1, 4, 4])).toEqual(["mlp-5-4", "mlp-5-4-tanh", "mlp-5-4-sigmoid", "mlp-5-4-elu"]);
  expect(await found("zip.pt", [1, 4, 5])).toEqual([]);
  expect(await found("sequential.pt", [1, 4, 4])).toEqual([]);
});

const REFUSED: readonly [file: string, message: RegExp][] = [
  [
    "hostile.pt",
    /^hostile.pt: its pickle must name nothing but what tensors are made with, and asks for posix.system\. It was not called/,
  ],
  ["hostile-legacy.pth", /asks for posix.system\. It was not called/],
  [
    "whole-module.pt",
    /asks for __main__.Mlp\. It was not called. Write the tensors alone: torch.save\(model.state_dict\(\)/,
  ],
  [
    "torchscript.pt",
    /is a TorchScript archive, which holds code beside its tensors. In Python: torch.save\(torch.jit.load/,
  ],
  ["sparse.pt", /_rebuild_sparse_tensor\. It was not called. Save dense tensors: tensor.to_dense\(\)/],
  ["float8.pt", /_rebuild_tensor_v3\. It was not called. Save them as 32-bit floats: tensor.float\(\)/],
  ["complex.pt", /ComplexFloatStorage\. It was not called. Weights are real numbers/],
  ["meta.pt", /_rebuild_meta_tensor_no_storage\. It was not called. .* have no values/],
  ["quantised.pt", /asks for torch.\S+\. It was not called. Save the network from before it was quantised/],
  ["objects.npz", /objects.npz: fc1.weight: must hold numbers, not Python objects, got "\|O"/],
];

test.each(REFUSED)("%s is refused by name", async (file, message) => {
  await expect(open(file)).rejects.toThrow(
    expect.objectContaining({ code: "data", message: expect.stringMatching(message) }),
  );
  expect(existsSync(join(folder, "hostile-has-run"))).toBe(false);
});

const text = (words: string) => new TextEncoder().encode(words);
const bytes = (...parts: (string | number)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...text(part)])));
const at = (place: number, words: string) => Uint8Array.from([...new Uint8Array(place), ...text(words), 0]);

const OTHERS: readonly [name: string, contents: Uint8Array, message: RegExp][] = [
  ["a.pt", new Uint8Array(0), /a.pt: is an empty file/],
  ["model.h5", bytes(0x89, "HDF\r\n", 0x1a, "\n"), /is an HDF5 file, as Keras writes. In Python read it with h5py/],
  ["keras", bytes(0x89, "HDF\r\n", 0x1a, "\n"), /is an HDF5 file/],
  ["model", bytes(8, 7, 0x12, 7, "pytorch"), /is an ONNX model. In Python: numpy.savez/],
  ["model.onnx", bytes(1, 2, 3), /is an ONNX model/],
  ["a.pt", text("<!DOCTYPE html><html>"), /is a web page/],
  ["a.pt", text("version https://git-lfs.github.com/spec/v1\n"), /is a pointer of Git LFS/],
  ["a.npy", bytes(0x93, "NUMPY", 1, 0), /is a single array of NumPy, without a name/],
  ["a.tar", at(257, "ustar"), /is a tar archive/],
  ["a.gz", bytes(0x1f, 0x8b, 8), /is a packed file. Unpack it first/],
  ["a.gguf", text("GGUF...."), /is a GGUF file/],
  ["a.tflite", at(4, "TFL3"), /is a TensorFlow Lite model/],
  [
    "a.txt",
    text("weights"),
    /must be a file of safetensors, PyTorch or NumPy \(.npz\), and begins with 77 65 69 67 68 74 73/,
  ],
  ["a.pkl", bytes(0x80, 4, "N."), /is a pickle, but none of torch.save/],
];

test.each(OTHERS)("%s of another kind is named", async (name, contents, message) => {
  await expect(openWeights(contents, name)).rejects.toThrow(
    expect.objectContaining({ code: "data", message: expect.stringMatching(message) }),
  );
});

test("a file that is cut anywhere is refused", async () => {
  for (const file of ["zip.pt", "legacy.pth", "packed.npz", "formats.safetensors"]) {
    const whole = readFileSync(join(folder, file));
    for (let length = 0; length < whole.length; length += 97)
      await expect(openWeights(whole.subarray(0, length), file), `${file} to ${length}`).rejects.toThrow(
        expect.objectContaining({ code: "data" }),
      );
  }
});

const f32 = (shape: number[]): Tensor => ({
  dtype: "F32",
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
const file = (tensors: Record<string, Tensor>) =>
  openWeights(encodeSafetensors(new Map(Object.entries(tensors))), "file");
const mlp = parseModel("mlp-4", { shape: [1, 4, 4], outputs: 3 });
const plain = { "fc1.weight": f32([4, 16]), "fc1.bias": f32([4]), "fc2.weight": f32([3, 4]), "fc2.bias": f32([3]) };

test.each<[string, Record<string, Tensor>, string]>([
  [
    "integers",
    { ...plain, "fc1.bias": { dtype: "I32", shape: [4], data: new Int32Array(4) } },
    'file: fc1.bias: weights must be floating-point, got "I32". Of a quantised network write the one before: model.float().state_dict()',
  ],
  [
    "a weight that is no number",
    {
      ...plain,
      "fc2.bias": { dtype: "F32", shape: [3], data: Float32Array.of(0, Number.NaN, Number.POSITIVE_INFINITY) },
    },
    "file: fc2.bias[1]: all values must be finite, and 2 of 3 are not, got NaN. A training that diverged leaves such: take a file from before, or train again with a lower rate",
  ],
  [
    "a transposed weight",
    { ...plain, "fc1.weight": f32([16, 4]) },
    'file: fc1.weight: shape must be [4,16], got "[16,4]". In PyTorch a linear layer\'s weight is [outputs, inputs]; name another model where the file is not of this one',
  ],
  [
    "a mask of a bias that cuts",
    { ...plain, "mask/fc1.bias": f32([4]) },
    "file: mask of fc1.bias: must keep all of it: weights of linear layers and convolutions alone are pruned. Multiply the parameter by its mask, and leave the mask out",
  ],
  [
    "a mask of nothing",
    { ...plain, "mask/fc9.weight": f32([4]) },
    "file: mask of fc9.weight: must be of a parameter of mlp-4. Leave this mask out of the file. It has fc1.weight, fc1.bias, fc2.weight, fc2.bias",
  ],
  [
    "half of OpenLTH's names",
    { "fc_layers.0.weight": f32([4, 16]), "fc.weight": f32([3, 4]), "fc.bias": f32([3]) },
    "file: tensors must be those of the model; missing fc_layers.0.bias. Name the model that the file is of",
  ],
])("%s is refused", async (_, tensors, message) => {
  await expect(networkIn(await file(tensors), mlp)).rejects.toThrow(expect.objectContaining({ code: "data", message }));
});

test("of two masks of one weight neither is taken", async () => {
  const weights = await file({ ...plain, "mask/fc1.weight": f32([4, 16]) });
  const { tensors } = await file({ "mask/fc1.weight": f32([4, 16]), "mask/fc2.weight": f32([3, 4]) });
  await expect(networkIn(weights, mlp, tensors)).rejects.toThrow(
    "file: has masks of its own, and so has the other file, of fc1.weight. Leave out the mask",
  );
  const other = await file({ "mask/fc2.weight": f32([3, 4]) });
  const { mask } = await networkIn(weights, mlp, other.tensors);
  expect([...mask!.values()].map(countKept)).toEqual([0, 0]);
});

test("names out of a file cannot move a terminal's cursor", async () => {
  const hidden = await file({ ...plain, "\u001b[2Jfc1.weight": f32([1]) });
  await expect(networkIn(hidden, mlp)).rejects.toThrow('unexpected "?[2Jfc1.weight"');
});

test("a classifier beside the network, which only training reads, is passed over", async () => {
  const model = parseModel("inception-v3-cifar-w1", { shape: [3, 16, 16], outputs: 3 });
  const tensors = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, f32([...shape])]));
  const aux = { "AuxLogits.fc.weight": f32([3, 2]), "fc.num_batches_tracked": f32([1]) };
  expect(fits(await file({ ...tensors, ...aux }), model)).toBe(true);
  expect(fits(await file({ ...tensors, "Aux.fc.weight": f32([3, 2]) }), model)).toBe(false);
});

/** A ZIP archive of one deflated member. */
function zipOf(name: string, contents: Uint8Array): Uint8Array {
  const packed = deflateRawSync(contents);
  const [crc, length] = [crc32(contents), name.length];
  const sizes = (head: Buffer, at: number) => {
    head.writeUInt16LE(8, at - 6);
    head.writeUInt32LE(crc, at);
    head.writeUInt32LE(packed.length, at + 4);
    head.writeUInt32LE(contents.length, at + 8);
    head.writeUInt16LE(length, at + 12);
    return head;
  };
  const local = sizes(Buffer.alloc(30), 14);
  local.writeUInt32LE(0x04034b50);
  const central = sizes(Buffer.alloc(46), 16);
  central.writeUInt32LE(0x02014b50);
  const start = local.length + length + packed.length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + length, 12);
  end.writeUInt32LE(start, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

test("an archive whose pickle would unpack to more than describes tensors is refused before it is unpacked", async () => {
  const bomb = zipOf("archive/data.pkl", new Uint8Array(2 ** 26 + 1));
  expect(bomb.length).toBeLessThan(100_000);
  await expect(openWeights(bomb, "b.pt")).rejects.toThrow(/data.pkl: must describe its tensors in 67108864 bytes, got/);
  const small = zipOf("archive/data.pkl", Uint8Array.of(0));
  await expect(openWeights(small, "s.pt")).rejects.toThrow(expect.objectContaining({ code: "data" }));
});

test.each([0x280, 0x380, 0x480, 0x580])("safetensors whose header has %i bytes are no pickle", async (length) => {
  const bytes = encodeSafetensors(
    new Map<string, Tensor>([["w", { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) }]]),
  );
  const own = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const padded = new Uint8Array(8 + length + 8).fill(0x20, 8, 8 + length);
  new DataView(padded.buffer).setBigUint64(0, BigInt(length), true);
  padded.set(bytes.subarray(8, 8 + own), 8);
  padded.set(bytes.subarray(8 + own), 8 + length);
  const { tensors } = await openWeights(padded, "padded.safetensors");
  expect([...(await tensors.get("w")!.read()).data]).toEqual([1, 2]);
});
