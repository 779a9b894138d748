/** Arrays as what is learnt: classes, numbers or labels, read as those of tables are. */

import { fail } from "../../base/errors.ts";
import { isMissing, type Role } from "../rows/role.ts";
import { type FinishedTarget, readTarget, type TaskName } from "../rows/targets.ts";
import { placeOf } from "./inputs.ts";
import type { NpArray } from "./npy.ts";

/** What is learnt of training rows, and the values of its columns there. */
export interface LearntTarget {
  readonly finished: FinishedTarget;
  readonly values: readonly (readonly number[])[];
}

/**
 * The target that the array of training rows makes: of one axis, or of a column for each target or label. Throws `data` naming
 * row and column of a value that the task does not allow.
 */
export function learnTarget(array: NpArray, task: TaskName): LearntTarget {
  const count = columnsOf(array);
  if (task === "classification" && count !== 1) {
    const remedy = "Of one-hot rows take .argmax(1), for several labels a row choose the task multi-label";
    fail("data", array.where, { rule: "classes must be one a row", got: `shape (${array.shape.join(", ")})`, remedy });
  }
  const names = Array.from({ length: count }, (_, column) => (count === 1 ? "y" : `y[${column}]`));
  const reading = readTarget(task, names, array.where);
  const values = valuesOf(array, reading.role);
  return { finished: reading.finish(), values };
}

/** The values of test rows' columns, which must be as many as those of `learnt`; errors as those of {@link learnTarget}. */
export function scoredTarget(array: NpArray, { finished, values }: LearntTarget): LearntTarget["values"] {
  const count = columnsOf(array);
  if (count === values.length) return valuesOf(array, finished.role);
  return fail("data", array.where, {
    rule: `must have ${values.length} columns as the training rows have`,
    got: count,
  });
}

function columnsOf({ where, shape }: NpArray): number {
  if (shape.length === 1) return 1;
  if (shape.length === 2 && shape[1]! > 0) return shape[1]!;
  const remedy = "Shape it with reshape(len(y), -1)";
  return fail("data", where, {
    rule: "must have one axis, or two for several targets",
    got: `shape (${shape.join(", ")})`,
    remedy,
  });
}

/** Column by column, as the role reads what a table would write. */
function valuesOf(array: NpArray, { parse, rule, remedy }: Role): number[][] {
  const { where, data, shape } = array;
  const columns = columnsOf(array);
  const cells = new Map<number | string, number>();
  const values = Array.from({ length: columns }, () => new Array<number>(shape[0]!));
  for (let i = 0; i < data.length; i++) {
    const cell = data[i]!;
    const known = cells.get(cell);
    // Classes and labels repeat: each is read once.
    const value = known ?? parse(textOf(cell));
    if (known === undefined && cells.size < 2 ** 16) cells.set(cell, value);
    if (Number.isNaN(value)) {
      const otherwise = isMissing(textOf(cell)) ? "Fill the value, or leave its row out" : remedy(textOf(cell));
      fail("data", `${where}, ${placeOf(i, shape)}`, { rule, got: cell, remedy: otherwise });
    }
    values[i % columns]![Math.floor(i / columns)] = value;
  }
  return values;
}

/** As a table writes it; a number that is none is missing. */
function textOf(cell: number | string): string {
  return typeof cell === "string" ? cell : Number.isNaN(cell) ? "" : String(cell);
}
