/** Proves that official layouts are read as they are meant, each known trap by a file that has it. */

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkDataset } from "../check.ts";
import type { Dataset } from "../dataset.ts";
import { loadDataset } from "../load.ts";
import type { Table } from "../table.ts";
import { officialContent } from "./load.ts";
import { readMat } from "./mat.ts";
import { officialSet } from "./sets.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tombola-official-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url).pathname;
const put = (path: string, bytes: Uint8Array | string) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), bytes);
};
const copy = (name: string, path: string) => copyFileSync(fixture(name), join(root, path));
const labels = ({ columns }: Table) => [...columns.labels!.data];
const images = ({ columns }: Table) => columns.images!.data;

/** A set of small files, which have other sums than the published ones. */
const content = async (name: string) => {
  const set = officialSet(name)!;
  const downloads = set.downloads.map(({ md5: _, ...download }) => download);
  const made = await officialContent({ set: { ...set, downloads }, folder: root, onNotice: undefined });
  return checkDataset({ ...made, name }) as Dataset;
};
const load = (name: string) => loadDataset(name, { dataDir: root });

test("USPS keeps its values from -1 to 1, plain or .gz, and is known by them", async () => {
  const row = (digit: number, first: number) => `${digit}.0000 ${[first, ...new Array(255).fill(-1)].join(" ")} \n`;
  put("zip.train.gz", gzipSync(row(6, -0.631) + row(0, 1)));
  put("zip.test", row(9, 0.862));
  const notes: string[] = [];
  const found = await loadDataset("usps", { dataDir: root, onNotice: (text) => notes.push(text) });
  expect(found).toMatchObject({ shape: [1, 16, 16], outputs: 10, pixels: "floats", mean: [0], std: [1] });
  expect(images(found.train)[0]).toBe(Math.fround(-0.631));
  expect(images(found.train)[1]).toBe(-1);
  expect(images(found.train)[256]).toBe(1);
  expect([labels(found.train), labels(found.test)]).toEqual([[6, 0], [9]]);
  expect(found.name).toMatch(/^arrays:[0-9a-f]{64}$/);
  expect(found.source).toBe(`usps#${found.name.slice(7, 19)}`);
  expect(notes[0]).toContain("no checksum of zip.train.gz is known");
  expect((await load(found.source!)).name).toBe(found.name);
  put("zip.test", row(9, 0.8));
  await expect(load(found.source!)).rejects.toThrow("usps: its content has changed");
});

test.each([
  ["two values", "6 0.5 0.5", "zip.train, line 1: must be a digit and 256 values from -1 to 1"],
  ["a value beyond 1", `6 ${new Array(256).fill(2).join(" ")}`, "zip.train, line 1: must be a digit"],
  ["a digit beyond 9", `10 ${new Array(256).fill(1).join(" ")}`, "zip.train, line 1: must be a digit"],
])("USPS refuses %s", async (_, line, message) => {
  put("zip.train", line);
  put("zip.test", line);
  await expect(load("usps")).rejects.toThrow(message);
});

test("CIFAR-100 has a coarse label before the fine one", async () => {
  const record = (coarse: number, fine: number) =>
    Uint8Array.from({ length: 3074 }, (_, i) => [coarse, fine][i] ?? i % 251);
  put("cifar100/cifar-100-binary/train.bin", Buffer.concat([record(19, 99), record(1, 5)]));
  put("cifar100/cifar-100-binary/test.bin", record(1, 7));
  const [fine, coarse] = [await load("cifar100"), await load("cifar100-coarse:classes=1,19")];
  expect([fine.outputs, labels(fine.train), labels(fine.test)]).toEqual([100, [99, 5], [7]]);
  expect([...images(fine.train).subarray(0, 3)]).toEqual([2, 3, 4]);
  expect([coarse.outputs, labels(coarse.train), labels(coarse.test)]).toEqual([2, [1, 0], [0]]);
}, 20_000);

describe.each(["svhn-packed.mat", "svhn-plain.mat"])("SVHN's %s", (file) => {
  test("is height, width, colour, number, and label 10 is the digit 0", async () => {
    copy(file, "train_32x32.mat");
    copy(file, "test_32x32.mat");
    const { train, shape } = await content("svhn");
    expect(shape).toEqual([3, 4, 5]);
    expect(labels(train)).toEqual([1, 0, 2, 0, 9, 3]);
    const at = (n: number, c: number, row: number, column: number) =>
      images(train)[((n * 3 + c) * 4 + row) * 5 + column];
    expect(at(0, 0, 0, 0)).toBe(0);
    expect(at(5, 2, 3, 1)).toBe((3 * 7 + 1 * 3 + 2 * 50 + 5 * 11) % 256);
    expect(at(2, 1, 1, 4)).toBe((1 * 7 + 4 * 3 + 1 * 50 + 2 * 11) % 256);
  });
});

test("a file that is not the published one is refused by its MD5", async () => {
  copy("svhn-plain.mat", "train_32x32.mat");
  copy("svhn-plain.mat", "test_32x32.mat");
  await expect(load("svhn")).rejects.toThrow("train_32x32.mat: MD5 must be e26dedcc434d2e4c54c9b2d4a06d8373, got");
});

test("a MAT file that is cut or of another level is told", async () => {
  const bytes = new Uint8Array(
    await import("node:fs").then(({ readFileSync }) => readFileSync(fixture("svhn-plain.mat"))),
  );
  for (const length of [200, 300, bytes.length - 8])
    await expect(readMat("x.mat", bytes.subarray(0, length))).rejects.toThrow("x.mat: is damaged or cut short");
  await expect(readMat("x.mat", new Uint8Array(200))).rejects.toThrow(
    "x.mat: must be a little-endian MAT file of level 5",
  );
});

test("EMNIST's pictures lie transposed in its archive, and its letters begin at 1", async () => {
  copy("emnist.zip", "gzip.zip");
  const { train, test: scored, outputs } = await content("emnist-letters");
  expect([outputs, labels(train), labels(scored)]).toEqual([26, [0, 25, 1], [0, 25, 1]]);
  const pixels = images(train);
  expect([...pixels].flatMap((value, i) => (value > 0 ? [[Math.floor((i % 784) / 28), i % 28, value]] : []))).toEqual([
    [3, 20, 100],
    [3, 20, 101],
    [3, 20, 102],
  ]);
});

test("KMNIST is MNIST's files, and notMNIST's test files alone hold a fifth of their own", async () => {
  const images = (count: number) =>
    Buffer.concat([Buffer.from([0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 28, 0, 0, 0, 28]), Buffer.alloc(784 * count, 9)]);
  const numbers = (count: number) =>
    Buffer.concat([
      Buffer.from([0, 0, 8, 1, 0, 0, 0, count]),
      Buffer.from(Array.from({ length: count }, (_, i) => i % 10)),
    ]);
  for (const set of ["kmnist", "notmnist"])
    for (const [part, count] of [
      ["train", 10],
      ["t10k", 5],
    ] as const) {
      if (set === "notmnist" && part === "train") continue;
      put(`${set}/${part}-images-idx3-ubyte`, images(count));
      put(`${set}/${part}-labels-idx1-ubyte`, numbers(count));
    }
  expect(await load("kmnist")).toMatchObject({ shape: [1, 28, 28], train: { count: 10 }, test: { count: 5 } });
  expect(await load("notmnist-small")).toMatchObject({ train: { count: 4 }, test: { count: 1 } });
});

test("STL-10 lies column by column, and its labels begin at 1", async () => {
  const picture = new Uint8Array(3 * 96 * 96);
  // Green, column 2, row 5.
  picture[96 * 96 + 2 * 96 + 5] = 200;
  for (const part of ["train", "test"]) {
    put(`stl10/stl10_binary/${part}_X.bin`, picture);
    put(`stl10/stl10_binary/${part}_y.bin`, Uint8Array.of(10));
  }
  const { train, shape } = await load("stl10");
  expect(shape).toEqual([3, 96, 96]);
  expect(images(train).indexOf(200)).toBe(96 * 96 + 5 * 96 + 2);
  expect(labels(train)).toEqual([9]);
  put("stl10/stl10_binary/train_y.bin", Uint8Array.of(0));
  await expect(load("stl10")).rejects.toThrow("train_y.bin, row 0: labels begin at 1, got 0");
});

test("Omniglot trains on fifteen drawers and is tested on five, of every character of every alphabet", async () => {
  copy("omniglot.zip", "images_background.zip");
  const { train, test: scored, target, shape } = await content("omniglot");
  expect(target).toMatchObject({ names: ["Greek/character01", "Greek/character02", "Latin/character01"] });
  expect([shape, train.count, scored.count]).toEqual([[1, 105, 105], 45, 15]);
  expect(labels(train).slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
  // Ink is 0, in the row of the character and the column of the drawer.
  const ink = (table: Table, row: number) =>
    images(table)
      .subarray(row * 105 * 105, (row + 1) * 105 * 105)
      .indexOf(0);
  expect([ink(train, 0), ink(train, 5), ink(scored, 0), ink(scored, 14)]).toEqual([1, 2 * 105 + 2, 16, 2 * 105 + 20]);
});

test("MedMNIST's validation rows come last in the training part", async () => {
  copy("medmnist.npz", "pathmnist.npz");
  const { train, test: scored, shape } = await content("pathmnist");
  expect([shape, train.count, scored.count]).toEqual([[3, 28, 28], 6, 3]);
  expect([0, 1, 2, 3, 4, 5].map((row) => images(train)[row * 3 * 784])).toEqual([0, 1, 2, 3, 4, 5]);
  expect(labels(train)).toEqual([0, 1, 0, 1, 0, 1]);
});

test("Tiny-ImageNet and ImageNet are folders of pictures at a size", async () => {
  const picture = new URL("../fixtures/data/pictures/train/a/colour.png", import.meta.url).pathname;
  const place = (path: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    copyFileSync(picture, join(root, path));
  };
  for (const name of ["n01", "n02"]) place(`tiny-imagenet-200/train/${name}/images/${name}_0.JPEG`);
  for (const name of ["val_0.JPEG", "val_1.JPEG"]) place(`tiny-imagenet-200/val/images/${name}`);
  put("tiny-imagenet-200/val/val_annotations.txt", "val_0.JPEG\tn02\t0\t0\t1\t1\nval_1.JPEG\tn01\t0\t0\t1\t1\n");
  for (const path of ["train/n01", "train/n02", "val/n01", "val/n02"]) place(`imagenet/${path}/0.JPEG`);
  const tiny = await load("tiny-imagenet@8");
  expect(tiny).toMatchObject({ shape: [3, 8, 8], outputs: 2, train: { count: 2 }, test: { count: 2 } });
  expect(labels(tiny.train)).toEqual([0, 1]);
  expect(tiny.source).toMatch(/^tiny-imagenet@8#[0-9a-f]{12}$/);
  expect((await load(tiny.source!)).name).toBe(tiny.name);
  expect(await load("imagenet@8:grey")).toMatchObject({ shape: [1, 8, 8], test: { count: 2 } });
  put("tiny-imagenet-200/val/val_annotations.txt", "val_0.JPEG\tn03\t0\n");
  await expect(load("tiny-imagenet@8")).rejects.toThrow("val_annotations.txt, line 1: must name a picture and a class");
});

test("what is not there is told with the files that are wanted", async () => {
  await expect(load("stl10")).rejects.toThrow(
    "Put train_X.bin, train_y.bin, test_X.bin, test_y.bin there, plain or .gz, or stl10_binary.tar.gz",
  );
  await expect(load("imagenet@8")).rejects.toThrow("imagenet: must be a folder of train and val");
});
