/** Proves that files of arrays, pictures and tables are read as NumPy, PIL and Python's csv module read them. */

import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readRecords } from "../csv/records.ts";
import type { Dataset } from "../dataset.ts";
import { dataFile, known } from "../fixtures/known.ts";
import { imagesOf, labelsOf } from "../fixtures/parts.ts";
import { parseIdentity } from "../identity.ts";
import { loadDataset } from "../load.ts";
import { holdFifth } from "../rows/held.ts";
import { columnOf } from "../table.ts";
import { type NpArray, readNpy } from "./npy.ts";
import { readNpz } from "./npz.ts";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tombola-python-"));
  vi.stubEnv("XDG_CACHE_HOME", root);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

const SETTERS: Readonly<Record<string, (view: DataView, at: number, value: number) => void>> = {
  float16: (view, at, value) => view.setUint16(at, halfBits(value), true),
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float64: (view, at, value) => view.setFloat64(at, value, true),
  int8: (view, at, value) => view.setInt8(at, value),
  int16: (view, at, value) => view.setInt16(at, value, true),
  int32: (view, at, value) => view.setInt32(at, value, true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  uint16: (view, at, value) => view.setUint16(at, value, true),
  uint64: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  uint8: (view, at, value) => view.setUint8(at, value),
  bool: (view, at, value) => view.setUint8(at, value),
};

/** Of a number that float16 holds exactly and that is not subnormal. */
function halfBits(value: number): number {
  if (value === 0) return Object.is(value, -0) ? 0x8000 : 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024);
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
}

/** The digest that the script makes of an array's elements, in the type that NumPy has them in. */
function sha256Of({ data }: NpArray, dtype: string): string {
  const name = dtype
    .replace(/^[<>]f/, "float")
    .replace(/^[<>]i/, "int")
    .replace(/^[<>]u/, "uint");
  const type =
    { float4: "float32", float8: "float64", int4: "int32", uint8: "uint64" }[dtype.slice(0, 1) === ">" ? name : ""] ??
    dtype;
  const size = type === "bool" ? 1 : Number(/\d+$/.exec(type)![0]) / 8;
  const view = new DataView(new ArrayBuffer(size * data.length));
  for (let i = 0; i < data.length; i++) SETTERS[type]!(view, i * size, data[i] as number);
  const bytes = new Uint8Array(view.buffer);
  // NumPy hashes the bytes as they lie, the first last where it is big-endian.
  if (dtype.startsWith(">")) for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return createHash("sha256").update(bytes).digest("hex");
}

const npy = Object.keys(known).filter((name) => name.endsWith(".npy") && name !== "text.npy");
const npz = Object.keys(known).filter((name) => name.endsWith(".npz"));

test.each(npy)("%s has NumPy's values", async (name) => {
  const array = readNpy(name, await readFile(dataFile(name)));
  expect(array.shape).toEqual(known[name].shape);
  expect(sha256Of(array, known[name].dtype)).toBe(known[name].sha256);
});

test("texts are NumPy's", async () => {
  const { data } = readNpy("text.npy", await readFile(dataFile("text.npy")));
  expect(data).toEqual(["dog", "cat", "größer 🐈", ""]);
});

test.each(npz)("%s has NumPy's values", async (name) => {
  const arrays = await readNpz(dataFile(name), (names) => names);
  expect([...arrays.keys()].sort()).toEqual(Object.keys(known[name]).sort());
  for (const [key, array] of arrays) {
    expect(array.shape).toEqual(known[name][key].shape);
    expect(sha256Of(array, known[name][key].dtype)).toBe(known[name][key].sha256);
  }
});

/** Rows of pixels, channels last, as the script makes them. */
const pixels = (count: number) => Array.from({ length: count }, (_, i) => (i * 37) % 251);

test("uint8 of four axes are images with their channels last", async () => {
  const {
    train,
    test: held,
    shape,
    outputs,
    mean,
    pixels: kind,
    name,
  } = await loadDataset(`npz:${dataFile("images.npz")}`);
  expect([shape, outputs, train.count, held.count, kind]).toEqual([[3, 4, 5], 3, 10, 4, undefined]);
  const values = pixels(10 * 60);
  const planes = Array.from({ length: 600 }, (_, i) => {
    const [n, c, p] = [Math.floor(i / 60), Math.floor((i % 60) / 20), i % 20];
    return values[n * 60 + p * 3 + c]!;
  });
  expect([...imagesOf(train)]).toEqual(planes);
  expect([...labelsOf(train)]).toEqual(Array.from({ length: 10 }, (_, i) => (i * 7) % 3));
  const reds = planes.filter((_, i) => i % 60 < 20);
  expect(mean![0]).toBeCloseTo(reds.reduce((a, b) => a + b) / reds.length / 255, 12);
  expect(parseIdentity(name)).toMatchObject({ kind: "arrays", options: {} });
});

test("other arrays than a data set takes are noted; labels may be a column", async () => {
  const told: string[] = [];
  const path = dataFile("medical.npz");
  const dataset = await loadDataset(`npz:${path}`, { onNotice: (text) => told.push(text) });
  expect([dataset.shape, dataset.train.count, dataset.test.count]).toEqual([[1, 4, 5], 10, 3]);
  expect(told).toEqual([`${path}: not used: val_images`]);
});

test("floats of four axes are pictures as they are, channels first where the name says so", async () => {
  const {
    train,
    test: held,
    shape,
    mean,
    std,
    pixels: kind,
  } = await loadDataset(`npz:${dataFile("pictures.npz")}:nchw`);
  expect([shape, mean, std, kind]).toEqual([[3, 4, 5], [0, 0, 0], [1, 1, 1], "floats"]);
  const { train: rows, test: others } = holdFifth("x", 10);
  const values = (of: Int32Array) =>
    Array.from(of).flatMap((row) => Array.from({ length: 60 }, (_, i) => (((row * 60 + i) * 29) % 97) / 16 - 3));
  expect([...columnOf(train, "images").data]).toEqual(values(rows));
  expect([...columnOf(held, "images").data]).toEqual(values(others));
  const told = await loadDataset(`npz:${dataFile("pictures.npz")}:nchw?mean=1&std=2`);
  expect([told.mean, told.std]).toEqual([
    [1, 1, 1],
    [2, 2, 2],
  ]);
  expect(told.source).toMatch(/pictures\.npz:nchw#[0-9a-f]{12}\?mean=1&std=2$/);
  expect((await loadDataset(told.source!)).name).toBe(told.name);
});

test("numbers of two axes are features; what is learnt may be several numbers", async () => {
  const { train, shape, target, mean } = await loadDataset(`npz:${dataFile("regression.npz")}?task=regression`);
  expect([shape, target, mean]).toEqual([[4], { kind: "numbers", names: ["y[0]", "y[1]"] }, undefined]);
  const { train: rows } = holdFifth("x", 10);
  const values = (size: number) =>
    Array.from(rows).flatMap((row) => Array.from({ length: size }, (_, i) => (((row * size + i) * 29) % 97) / 16 - 3));
  expect([...columnOf(train, "features").data]).toEqual(values(4));
  expect([...columnOf(train, "targets").data]).toEqual(values(2));
});

test("a data set is the same in whatever file its arrays are", async () => {
  const { name, source } = await loadDataset(`npy:${dataFile("x.npy")},${dataFile("y.npy")}`);
  expect(source).toMatch(/^npy:.*x\.npy,.*y\.npy#[0-9a-f]{12}$/);
  expect((await loadDataset(source!)).name).toBe(name);
  const four = [dataFile("x.npy"), dataFile("y.npy"), dataFile("x.npy"), dataFile("y.npy")];
  expect((await loadDataset(`npy:${four.join(",")}`)).name).not.toBe(name);
  await expect(loadDataset(source!.replace(/#.*/, "#000000000000"))).rejects.toThrow("its content has changed");
});

test("MNIST's four names are read plain or packed", async () => {
  const { train, test: held, shape, outputs } = await loadDataset(`idx:${dataFile("idx")}`);
  expect([shape, outputs]).toEqual([[1, 4, 5], 2]);
  const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
  for (const [part, table] of Object.entries({ train, t10k: held })) {
    expect(sha256(imagesOf(table))).toBe(known[`idx/${part}`].images.sha256);
    expect(sha256(labelsOf(table))).toBe(known[`idx/${part}`].labels.sha256);
  }
});

test("pictures of every format have PIL's pixels, in colour and grey", async () => {
  const planes = ({ train, test: held }: Dataset) => [train, held].map((table) => [...imagesOf(table)]);
  const files = [
    [
      "train/a/colour.png",
      "train/b/grey.png",
      "train/a/colour.tiff",
      "train/b/smooth.avif",
      "train/a/colour.webp",
      "train/b/smooth.jpg",
    ],
    ["test/a/colour.gif", "test/b/clear.png"],
  ];
  for (const [mode, words] of [
    ["RGB", ""],
    ["L", ":grey"],
  ] as const) {
    const dataset = await loadDataset(`folder:${dataFile("pictures")}@8${words}`);
    const expected = files.map((part) => part.flatMap((name) => known[`pictures/${name}`][mode]));
    const differing = planes(dataset).map((values, part) =>
      values.flatMap((value, i) => (value === expected[part]![i] ? [] : [[i, value - expected[part]![i]]])),
    );
    // AVIF has brightness and colour apart, and its two decoders round a pixel of them differently by one at most.
    const each = mode === "L" ? 64 : 192;
    const isAvif = (i: number) => files[0]![Math.floor(i / each)]!.endsWith(".avif");
    expect(differing.map((part, n) => part.filter(([i, by]) => n > 0 || !isAvif(i!) || Math.abs(by!) > 1))).toEqual([
      [],
      [],
    ]);
  }
});

test("a table has the fields of Python's csv module", async () => {
  const records: (readonly string[])[] = [];
  await readRecords("table.csv", [await readFile(dataFile("table.csv"))], ({ fields }) => void records.push(fields));
  expect(records).toEqual(known["table.csv"]);
  const { target, source } = await loadDataset(`csv:${dataFile("table.csv")}`);
  expect(target).toMatchObject({ names: ["a b", 'the "best"', "two\nlines"] });
  expect(source).toMatch(/target=kind&task=classification$/);
});
