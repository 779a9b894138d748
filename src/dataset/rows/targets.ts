/** What a task makes of target columns: classes, numbers, or labels that each apply or not. */

import { fail } from "../../base/errors.ts";
import type { Target } from "../dataset.ts";
import type { Column } from "../table.ts";
import { readClasses } from "./classes.ts";
import { packFlags, packFloats, type Values } from "./pack.ts";
import { numberRole, parseNumber, type Role } from "./role.ts";

/** What is learnt from rows. */
export type TaskName = "classification" | "regression" | "multi-label";

/** How target columns are read, and what comes of them once the training file has been read. */
export interface TargetReading {
  /** Of each target column of the training rows. */
  readonly role: Role;
  /** The target that the values make; throws `data` where they make none. */
  finish(): FinishedTarget;
}

/** The tasks that rows of a file may be learnt for. */
const TASKS: readonly TaskName[] = ["classification", "regression", "multi-label"];

/** Throws `usage` on a task that is none of them. */
export function checkTask(task: string): void {
  if ((TASKS as readonly string[]).includes(task)) return;
  fail("usage", "task", { rule: `must be one of ${TASKS.join(", ")}`, got: task });
}

/** A target, and how values of the target columns become the column that a table holds. */
export interface FinishedTarget {
  readonly target: Target;
  /** Of each target column of test rows. */
  readonly role: Role;
  /** The name of the table's column. */
  readonly column: "labels" | "targets";
  /** That column for `rows` of the target columns' values, on shared memory. */
  pack(values: Values, rows: Int32Array): Column;
}

/** A reading of the target columns `names` of the file called `where`. */
export function readTarget(task: TaskName, names: readonly string[], where: string): TargetReading {
  return READINGS[task](names, where);
}

const READINGS: Readonly<Record<TaskName, (names: readonly string[], where: string) => TargetReading>> = {
  classification: ([name], where) => readClasses(`${where}, column ${name}`),
  regression(names) {
    const role = numberRole("Text names classes: choose the task classification, or another target");
    return { role, finish: () => ({ target: { kind: "numbers", names }, role, column: "targets", pack: packFloats }) };
  },
  "multi-label"(names) {
    const role: Role = {
      parse: (cell) => ([0, 1].includes(parseNumber(cell)) ? parseNumber(cell) : Number.NaN),
      rule: "must be 0 or 1",
      remedy: () => "Write 1 where the label applies, else 0",
    };
    return { role, finish: () => ({ target: { kind: "labels", names }, role, column: "labels", pack: packFlags }) };
  },
};
