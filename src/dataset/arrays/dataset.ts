/** A data set from arrays of inputs and of what is learnt. */

import { fail } from "../../base/errors.ts";
import type { Dataset } from "../dataset.ts";
import { holdFifth, inOrder } from "../rows/held.ts";
import { varies } from "../rows/spread.ts";
import { checkTask, type TaskName } from "../rows/targets.ts";
import { channelStatistics } from "../statistics.ts";
import type { Column, Table } from "../table.ts";
import { checkSpread, type InputForm, inputColumn, inputForm } from "./inputs.ts";
import type { NpArray } from "./npy.ts";
import { learnTarget, scoredTarget } from "./targets.ts";

/** Inputs and what is learnt of them, row by row. */
export interface Pair {
  readonly x: NpArray;
  readonly y: NpArray;
}

/** Arrays of a training part and, where there is one, of a test part. */
export interface Arrays {
  readonly train: Pair;
  readonly test?: Pair | undefined;
}

/** How arrays are read. */
export interface ArrayOptions {
  readonly task: TaskName;
  /** Whether channels are the second axis of pictures; default the last. */
  readonly isNchw: boolean;
}

/**
 * The data set of arrays: uint8 of three or four axes are images, normalised by mean and deviation of the training part's
 * channels; floats of three or four axes are pictures taken as they are; numbers of two axes are features, standardised by the
 * rows trained on. Without a test part the rows are put in one fixed random order, of which the last fifth is the test set.
 * Throws `data` naming array, row, column and remedy.
 */
export function readArrays({ train, test }: Arrays, { task, isNchw }: ArrayOptions): Omit<Dataset, "name"> {
  checkTask(task);
  for (const pair of [train, ...(test ? [test] : [])]) checkRows(pair);
  const form = inputForm(train.x, isNchw);
  if (test) checkAlike(form, inputForm(test.x, isNchw), { train: train.x, test: test.x });
  const learnt = learnTarget(train.y, task);
  const { finished, values } = learnt;
  const scored = test ? scoredTarget(test.y, learnt) : values;
  const count = train.x.shape[0]!;
  const rows = test ? { train: inOrder(count), test: inOrder(test.x.shape[0]!) } : holdFifth(train.x.where, count);
  const part = (x: NpArray, told: typeof values, of: Int32Array): Table => ({
    count: of.length,
    columns: { [form.column]: inputColumn(x, form, of), [finished.column]: finished.pack(told, of) },
  });
  const parts = { train: part(train.x, values, rows.train), test: part((test ?? train).x, scored, rows.test) };
  const column = parts.train.columns[form.column]!;
  if (form.column === "features") checkSpread(train.x.where, column, rows.train.length);
  if (task === "regression") checkTargets(train.y.where, values, rows.train);
  const { target } = finished;
  const outputs = target.kind === "classes" ? target.count : target.names.length;
  return { shape: form.shape, target, outputs, ...statisticsOf(form, column), ...parts };
}

/** What pictures are normalised by: features have what they are standardised by from the rows trained on. */
function statisticsOf({ column, shape }: InputForm, { data, type }: Column): Pick<Dataset, "mean" | "std" | "pixels"> {
  if (column === "features") return {};
  if (type === "u8") return channelStatistics(data, shape as [number, number, number]);
  const each = (value: number) => Array.from({ length: shape[0]! }, () => value);
  return { mean: each(0), std: each(1), pixels: "floats" };
}

function checkRows({ x, y }: Pair): void {
  if (x.shape[0] === y.shape[0]) return;
  const remedy = "Save an entry of each for every row";
  fail("data", y.where, {
    rule: `must hold ${x.shape[0]} rows as ${x.where} does`,
    got: y.shape[0] ?? "a single value",
    remedy,
  });
}

function checkAlike(learnt: InputForm, scored: InputForm, { train, test }: { train: NpArray; test: NpArray }): void {
  if (learnt.shape.join() === scored.shape.join() && (learnt.column === "features" || train.kind === test.kind)) return;
  const said = ({ kind, shape }: NpArray) => `${kind} of shape (${shape.join(", ")})`;
  fail("data", test.where, {
    rule: `rows must be as those of ${train.where}, ${said(train)}`,
    got: said(test),
    remedy: "Save both alike",
  });
}

function checkTargets(where: string, values: readonly (readonly number[])[], rows: Int32Array): void {
  for (const [column, each] of values.entries()) {
    if (varies(`${where}, column ${column}`, rows.length, (i) => each[rows[i]!]!)) continue;
    const got = `${each[rows[0]!]} in all of them`;
    fail("data", `${where}, column ${column}`, {
      rule: "a target must vary over the training rows",
      got,
      remedy: "Choose another target",
    });
  }
}
