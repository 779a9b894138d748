/** Proves that a data set which breaks any rule is refused with place, rule, value and remedy, and that sound ones pass. */

import { describe, expect, test } from "vitest";
import { checkDataset } from "./check.ts";
import type { Dataset } from "./dataset.ts";
import type { Column, Table } from "./table.ts";

const u8 = (shape: readonly number[], ...values: number[]): Column => ({
  type: "u8",
  shape,
  data: Uint8Array.from(values),
});
const i32 = (shape: readonly number[], ...values: number[]): Column => ({
  type: "i32",
  shape,
  data: Int32Array.from(values),
});
const f32 = (shape: readonly number[], ...values: number[]): Column => ({
  type: "f32",
  shape,
  data: Float32Array.from(values),
});

/** Two training images and one test image of 1 x 1 x 2 pixels, three classes. */
const images: Dataset = {
  name: "tiny",
  shape: [1, 1, 2],
  target: { kind: "classes", count: 3 },
  outputs: 3,
  mean: [0.5],
  std: [0.25],
  train: { count: 2, columns: { images: u8([1, 1, 2], 1, 2, 3, 4), labels: u8([], 0, 2) } },
  test: { count: 1, columns: { images: u8([1, 1, 2], 5, 6), labels: u8([], 1) } },
};

/** Two numbers told from three features. */
const numbers: Dataset = {
  name: "prices",
  shape: [3],
  target: { kind: "numbers", names: ["price", "rent"] },
  outputs: 2,
  train: { count: 2, columns: { features: f32([3], 1, 2, 3, 4, 5, 6), targets: f32([2], 1, 2, 3, 4) } },
  test: { count: 1, columns: { features: f32([3], 1, 2, 3), targets: f32([2], 1, 2) } },
};

const labels: Dataset = {
  ...numbers,
  name: "tags",
  target: { kind: "labels", names: ["a", "b"] },
  train: { count: 2, columns: { features: numbers.train.columns.features!, labels: u8([2], 0, 1, 1, 0) } },
  test: { count: 1, columns: { features: numbers.test.columns.features!, labels: u8([2], 1, 1) } },
};

/** Sequences of pairs, two and no items long, beside their classes. */
const ragged: Dataset = {
  ...images,
  train: withColumn(images.train, "tokens", { ...i32([2], 1, 2, 3, 4), lengths: Int32Array.of(2, 0) }),
  test: withColumn(images.test, "tokens", { ...i32([2], 1, 2), lengths: Int32Array.of(1) }),
};

function withColumn(table: Table, name: string, column: Column | undefined): Table {
  const { [name]: _, ...others } = table.columns;
  return { ...table, columns: column ? { ...others, [name]: column } : others };
}

/** A data set whose training part has another column `name`. */
function changed(dataset: Dataset, name: string, column: Column | undefined): Dataset {
  return { ...dataset, train: withColumn(dataset.train, name, column) };
}

/** What a caller without types may hand over. */
const untyped = (value: unknown) => value as Dataset;

const broken: readonly [rule: string, dataset: Dataset, message: string][] = [
  ["no name", { ...images, name: "" }, 'data set: must have a name, got ""'],
  ["no shape", { ...images, shape: [] }, "tiny: shape: must be positive integers, got . Write [channels"],
  ["a shape of nothing", { ...images, shape: [1, 0, 2] }, "tiny: shape: must be positive integers, got 1,0,2"],
  ["no target", untyped({ ...images, target: undefined }), "tiny: target: must be classes with their count"],
  [
    "no classes",
    { ...images, target: { kind: "classes", count: 0 } },
    'got "{\\"kind\\":\\"classes\\",\\"count\\":0}"',
  ],
  ["no names", { ...numbers, target: { kind: "numbers", names: [] } }, "prices: target: must be classes with"],
  [
    "names of other classes",
    { ...images, target: { kind: "classes", count: 3, names: ["a"] } },
    "tiny: target: must have a name for each of 3 classes, got 1",
  ],
  ["other outputs", { ...images, outputs: 10 }, "tiny: outputs: must be 3, one for each of its classes, got 10"],
  ["other outputs of numbers", { ...numbers, outputs: 1 }, "prices: outputs: must be 2, one for each of its numbers"],
  [
    "splits instead of tables",
    untyped({ ...images, train: { count: 2, images: new Uint8Array(4), labels: new Uint8Array(2) } }),
    'tiny: train: must be a table of columns, got "members count, images, labels". Write { count, columns',
  ],
  ["no test part", untyped({ ...images, test: undefined }), "tiny: test: must be a table of columns, got nothing"],
  ["no row", { ...images, test: { ...images.test, count: 0 } }, "tiny: test: must have one row or more, got 0"],
  [
    "an unknown type",
    changed(images, "images", untyped({ ...u8([]), type: "f64" }) as unknown as Column),
    'tiny: train, images: must be of type u8, i32 or f32, got "f64"',
  ],
  [
    "another array than the type's",
    changed(images, "labels", { type: "u8", shape: [], data: Int32Array.of(0, 1) }),
    'tiny: train, labels: type u8 is held by a Uint8Array, got "a Int32Array"',
  ],
  [
    "no array",
    changed(images, "labels", untyped({ type: "u8", shape: [] }) as unknown as Column),
    'type u8 is held by a Uint8Array, got "a undefined"',
  ],
  [
    "a fractional shape",
    changed(images, "images", u8([1, 1.5], 0, 0)),
    "tiny: train, images: its shape must be positive integers, [] for single numbers, got 1,1.5",
  ],
  [
    "too few pixels",
    changed(images, "images", u8([1, 1, 2], 1, 2, 3)),
    "tiny: train, images: must hold 4 numbers, 2 for each of 2 rows, got 3",
  ],
  ["too many labels", changed(images, "labels", u8([], 0, 1, 2)), "must hold 2 numbers, 1 for each of 2 rows, got 3"],
  [
    "too few items of ragged rows",
    changed(ragged, "tokens", { ...i32([2], 1, 2), lengths: Int32Array.of(2, 0) }),
    "tiny: train, tokens: must hold 4 numbers, 2 for each of 2 items in 2 rows, got 2",
  ],
  [
    "lengths of other rows",
    changed(ragged, "tokens", { ...i32([2], 1, 2), lengths: Int32Array.of(1) }),
    'tiny: train, tokens: lengths must be an Int32Array of 2, one a row, got "a Int32Array of 1"',
  ],
  [
    "a negative length",
    changed(ragged, "tokens", { ...i32([2], 1, 2), lengths: Int32Array.of(2, -1) }),
    "tiny: train, tokens, row 1: its length must be 0 or more, got -1",
  ],
  [
    "images of another shape",
    changed(images, "images", u8([2, 1, 1], 1, 2, 3, 4)),
    'tiny: train, images: rows must have the shape [1, 1, 2], got "[2, 1, 1]"',
  ],
  ["float images", changed(images, "images", f32([1, 1, 2], 1, 2, 3, 4)), 'must be of type u8, got "f32"'],
  ["byte features", changed(numbers, "features", u8([3], 1, 2, 3, 4, 5, 6)), 'must be of type f32, got "u8"'],
  ["no labels", changed(images, "labels", undefined), 'tiny: train, labels: must be there, got "columns images"'],
  [
    "nothing to tell labels from",
    changed(images, "images", undefined),
    "tiny: train: must have a column to tell labels",
  ],
  [
    "labels 1 to 3 of three classes",
    changed(images, "labels", u8([], 1, 3)),
    "tiny: train, labels, row 1: must be a class from 0 to 2, got 3. Number classes from 0 on, or raise their count",
  ],
  ["a negative label", changed(images, "labels", i32([], -1, 0)), "labels, row 0: must be a class from 0 to 2, got -1"],
  ["float labels", changed(images, "labels", f32([], 0, 1)), 'must be of type u8 or i32, got "f32"'],
  [
    "bytes for more than 256 classes",
    { ...images, target: { kind: "classes", count: 257 }, outputs: 257 },
    'tiny: train, labels: must be of type i32, got "u8"',
  ],
  [
    "ragged labels",
    changed(images, "labels", { ...u8([], 0, 1), lengths: Int32Array.of(1, 1) }),
    "must have one shape",
  ],
  ["a label of 2", changed(labels, "labels", u8([2], 0, 1, 2, 0)), "tags: train, labels, row 1: must be 0 or 1, got 2"],
  ["labels of single numbers", changed(labels, "labels", u8([], 0, 1)), 'must have the shape [2], got "[]"'],
  [
    "a feature that is no number",
    changed(numbers, "features", f32([3], 1, 2, 3, 4, Number.NaN, 6)),
    "prices: train, features, row 1: must be finite, got NaN. Correct or remove the row",
  ],
  [
    "an infinite target",
    changed(numbers, "targets", f32([2], 1, Number.POSITIVE_INFINITY, 3, 4)),
    "prices: train, targets, row 0: must be finite, got Infinity",
  ],
  [
    "a float of a ragged row",
    changed(images, "sound", { ...f32([2], 1, 2, 3, Number.NaN), lengths: Int32Array.of(0, 2) }),
    "tiny: train, sound, row 1: must be finite, got NaN",
  ],
  [
    "a column in one part",
    changed(images, "weights", f32([], 1, 1)),
    "tiny: test: must have the columns of train, images u8 [1, 1, 2], labels u8 [], weights f32 []",
  ],
  [
    "a column of two types",
    changed(images, "labels", i32([], 0, 1)),
    'labels i32 [], got "images u8 [1, 1, 2], labels u8 []"',
  ],
  [
    "images without a mean",
    untyped({ ...images, mean: undefined }),
    "tiny: mean: must be 1 numbers, finite, got nothing",
  ],
  [
    "images without statistics",
    untyped({ ...images, mean: undefined, std: undefined }),
    "tiny: mean, std: images must have both, of pixels scaled to 0..1, for each channel",
  ],
  ["a mean of other channels", { ...images, mean: [0, 0] }, 'tiny: mean: must be 1 numbers, finite, got "[0, 0]"'],
  ["a mean that is no number", { ...images, mean: [Number.NaN] }, 'must be 1 numbers, finite, got "[NaN]"'],
  [
    "a deviation of 0",
    { ...images, std: [0] },
    'tiny: std: must be 1 numbers, finite and above 0, got "[0]". A channel that never varies has std 1',
  ],
  ["an infinite deviation", { ...images, std: [Number.POSITIVE_INFINITY] }, 'finite and above 0, got "[Infinity]"'],
];

describe("checkDataset", () => {
  test.each(broken)("refuses %s", (_, dataset, message) => {
    expect(() => checkDataset(dataset)).toThrow(message);
    expect(() => checkDataset(dataset)).toThrow(expect.objectContaining({ code: "data" }));
  });

  test("looks at the test part as well", () => {
    const test = withColumn(images.test, "labels", u8([], 3));
    expect(() => checkDataset({ ...images, test })).toThrow("tiny: test, labels, row 0: must be a class from 0 to 2");
  });

  test.each([
    ["images with classes", images],
    ["features with numbers", numbers],
    ["features with labels", labels],
    ["ragged columns", ragged],
    ["features with a mean of their own", { ...numbers, mean: [0, 0, 0], std: [1, 2, 3] }],
  ])("gives back %s", (_, dataset) => {
    expect(checkDataset(dataset)).toBe(dataset);
  });

  test("takes more than 256 classes, and any number of them in 32 bits", () => {
    const many: Dataset = { ...images, target: { kind: "classes", count: 1000 }, outputs: 1000 };
    const train = withColumn(images.train, "labels", i32([], 999, 256));
    const test = withColumn(images.test, "labels", i32([], 300));
    expect(checkDataset({ ...many, train, test }).outputs).toBe(1000);
  });

  test("reads a data set once", () => {
    const data = Uint8Array.of(0, 1);
    const dataset = changed(images, "labels", { type: "u8", shape: [], data });
    checkDataset(dataset);
    data[0] = 9;
    expect(checkDataset(dataset)).toBe(dataset);
    expect(() => checkDataset({ ...dataset })).toThrow("row 0: must be a class");
  });
});
