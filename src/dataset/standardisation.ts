/** What float features and regression targets are standardised by: mean and deviation over the rows trained on. */

import { fail } from "../base/errors.ts";
import { sizeOf } from "../base/shape.ts";
import type { Dataset, Statistics } from "./dataset.ts";
import type { Table } from "./table.ts";

/**
 * The data set with what its float columns are standardised by: mean and deviation over the rows `indices` of its
 * training table. One that has it already, and one without floats, comes back as it is.
 */
export function standardise(dataset: Dataset, indices: Int32Array): Dataset {
  const columns = (["features", "targets"] as const).filter((name) => dataset.train.columns[name]?.type === "f32");
  if (columns.length === 0 || dataset.standardised) return dataset;
  const each = columns.map((name) => [name, standardisation(dataset.train, indices, name)]);
  return { ...dataset, standardised: Object.fromEntries(each) };
}

/** Of `count` numbers, and whether any differs: two passes in float64, both in the order of the rows. */
export function moments(count: number, at: (row: number) => number): { mean: number; std: number; varies: boolean } {
  let [sum, squares, varies] = [0, 0, false];
  for (let i = 0; i < count; i++) {
    sum += at(i);
    varies ||= at(i) !== at(0);
  }
  if (!varies) return { mean: at(0), std: 0, varies };
  const mean = sum / count;
  for (let i = 0; i < count; i++) squares += (at(i) - mean) * (at(i) - mean);
  return { mean, std: Math.sqrt(squares / count), varies };
}

/**
 * Of each entry of `column` over the rows `indices` of the table. A feature that is constant over them tells nothing, and
 * weights on it are never trained: its std is Infinity, so that (value - mean) / std is 0 in every row, others included.
 * Throws `data` on a target that is constant, which leaves nothing to learn.
 */
export function standardisation(table: Table, indices: Int32Array, column: "features" | "targets"): Statistics {
  const { shape, data } = table.columns[column]!;
  const entries = sizeOf(shape);
  const each = Array.from({ length: entries }, (_, entry) =>
    moments(indices.length, (i) => data[indices[i]! * entries + entry]!),
  );
  const constant = each.findIndex(({ std }) => std === 0);
  if (column === "targets" && constant >= 0) refuse(constant, each[constant]!.mean);
  return { mean: each.map(({ mean }) => mean), std: each.map(({ std }) => std || Number.POSITIVE_INFINITY) };
}

function refuse(entry: number, value: number): never {
  return fail("data", `target ${entry + 1}`, {
    rule: "must vary over the rows trained on",
    got: `${value} in all of them`,
    remedy: "Train on more rows, or choose another target",
  });
}
