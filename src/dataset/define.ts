/** Data sets made by programs: inputs and targets in plain arrays. */

import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { sizeOf } from "../base/shape.ts";
import { checkDataset } from "./check.ts";
import type { Dataset, DatasetDescription } from "./dataset.ts";
import { channelStatistics } from "./statistics.ts";
import { type Column, labelColumn, sharedBytes, type Table } from "./table.ts";

/** Rows of a data set. */
export interface DatasetPart {
  /** Row after row: of images bytes `[rows][channels][height][width]`, of features numbers `[rows][features]`. */
  readonly x: ArrayLike<number>;
  /** Of classes an index a row, from 0; of numbers `[rows][numbers]`; of labels `[rows][labels]`, 0 or 1. */
  readonly y: ArrayLike<number>;
}

/** What a data set is made of. */
export interface DatasetOptions {
  /** What errors call it; default `own`. */
  readonly name?: string;
  /** Of one input: `[channels, height, width]` of images, `[features]` of numbers. */
  readonly shape: readonly number[];
  /** What is learnt: a count of classes, the names of classes, `{ numbers: names }` or `{ labels: names }`. */
  readonly target:
    | number
    | readonly string[]
    | { readonly numbers: readonly string[] }
    | { readonly labels: readonly string[] };
  /** What is trained on and held out. */
  readonly train: DatasetPart;
  /** What is scored. */
  readonly test: DatasetPart;
  /** Of images, per channel, of pixels scaled to 0..1; default that of the training images. */
  readonly mean?: readonly number[];
  /** The deviation, per channel; default that of the training images. */
  readonly std?: readonly number[];
  /** The task that is learnt, by name; default the one for its kind of target. */
  readonly task?: string;
}

/**
 * A data set of arrays, on shared memory: images, or features, which are standardised by the rows that are trained on.
 * Throws `usage` naming the field that is missing or wrong, `data` naming the row that breaks a rule.
 */
export function datasetOf(options: DatasetOptions): Dataset {
  requireFields("datasetOf", options, ["shape", "target", "train", "test"]);
  const { name = "own", shape, task } = options;
  const learnt = targetOf(options.target);
  const table = (part: "train" | "test") => tableOf(options[part], { where: `${name}: ${part}`, shape, learnt });
  const [train, test] = [table("train"), table("test")];
  const pixels = train.columns.images?.data as Uint8Array | undefined;
  const { mean, std } = options;
  return checkDataset({
    ...{ name, shape, ...learnt, train, test },
    ...(pixels && {
      ...channelStatistics(pixels, shape as [number, number, number]),
      ...(mean && { mean }),
      ...(std && { std }),
    }),
    ...(task !== undefined && { task }),
  });
}

type Learnt = Pick<DatasetDescription, "target" | "outputs">;

function targetOf(target: DatasetOptions["target"]): Learnt {
  if (typeof target === "number") return { target: { kind: "classes", count: target }, outputs: target };
  if (Array.isArray(target))
    return { target: { kind: "classes", count: target.length, names: target }, outputs: target.length };
  const { numbers, labels } = target as Partial<Record<"numbers" | "labels", readonly string[]>>;
  const names = numbers ?? labels;
  if (!names) {
    const rule = "must be a count of classes, their names, { numbers: names } or { labels: names }";
    return fail("usage", "target", { rule, got: JSON.stringify(target) });
  }
  return { target: { kind: numbers ? "numbers" : "labels", names }, outputs: names.length };
}

interface Site {
  readonly where: string;
  readonly shape: readonly number[];
  readonly learnt: Learnt;
}

function tableOf({ x, y }: DatasetPart, { where, shape, learnt: { target, outputs } }: Site): Table {
  const each = target.kind === "classes" ? 1 : outputs;
  const rows = (y?.length ?? 0) / each;
  if (!Number.isInteger(rows) || rows === 0)
    fail("usage", `${where}.y`, { rule: `must hold ${each} numbers for every row`, got: y?.length ?? "nothing" });
  if (x?.length !== rows * sizeOf(shape)) {
    const rule = `must hold ${rows * sizeOf(shape)} numbers, ${sizeOf(shape)} for each of ${rows} rows`;
    fail("usage", `${where}.x`, { rule, got: x?.length ?? "nothing" });
  }
  const isImages = shape.length === 3;
  const inputs = isImages ? { images: bytes(x, { where: `${where}.x`, shape }) } : { features: floats(x, shape) };
  const column = {
    classes: () => ({ labels: labels(y, { count: rows, classes: outputs, where: `${where}.y` }) }),
    numbers: () => ({ targets: floats(y, [outputs]) }),
    labels: () => ({ labels: bytes(y, { where: `${where}.y`, shape: [outputs] }) }),
  }[target.kind]();
  return { count: rows, columns: { ...inputs, ...column } };
}

function bytes(values: ArrayLike<number>, { where, shape }: Pick<Site, "where" | "shape">): Column {
  const data = sharedBytes(values.length);
  data.set(values);
  const at = data.findIndex((byte, i) => byte !== values[i]);
  const size = sizeOf(shape);
  if (at >= 0) {
    const rule = "must be bytes, whole numbers from 0 to 255";
    fail("data", `${where}, row ${Math.floor(at / size)}`, { rule, got: values[at] });
  }
  return { type: "u8", shape, data };
}

function floats(values: ArrayLike<number>, shape: readonly number[]): Column {
  const data = new Float32Array(sharedBytes(4 * values.length).buffer);
  data.set(values);
  return { type: "f32", shape, data };
}

interface Labels {
  readonly where: string;
  readonly count: number;
  readonly classes: number;
}

function labels(values: ArrayLike<number>, { where, count, classes }: Labels): Column {
  const column = labelColumn(count, classes);
  column.data.set(values);
  const at = Array.prototype.findIndex.call(values, (value: number, i: number) => column.data[i] !== value);
  if (at >= 0)
    fail("data", `${where}, row ${at}`, { rule: `must be a class from 0 to ${classes - 1}`, got: values[at] });
  return column;
}
