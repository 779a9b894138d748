/** The name of a data set with what is asked of it: the columns to tell, the task, what pixels are normalised by. */
import { fail } from "../base/errors.ts";
import { withTarget } from "../dataset/names.ts";
import type { Normalisation } from "../dataset/normalisation.ts";
import { canonicalName } from "../dataset/registry.ts";
import { TABLE_TASKS, taskNamed } from "./registry.ts";

/** What may be asked of a data set. */
export interface Learnt extends Normalisation {
  /** Columns of a table to tell. */
  readonly target?: readonly string[] | undefined;
  /** The path of a table of test rows. */
  readonly test?: string | undefined;
}

/** Whether a task is one that a plug-in or a program brought, which any data set may be learnt by. */
export function isBrought(task: string): boolean {
  return taskNamed(task).name.includes("@");
}

/** The name of a data set with what is asked of it; throws `usage` for a table that is learnt by a task that is brought. */
export function learntName(data: string, { target, task, test, mean, std }: Learnt): string {
  const own = task !== undefined && isBrought(task) ? taskNamed(task).name : undefined;
  if (!data.startsWith("csv:")) return canonicalName(data, { mean, std, task: own });
  if (own !== undefined) {
    const remedy = "Bring the table as a data set of your own, whose member task names it";
    fail("usage", "task", { rule: `of a table must be one of ${TABLE_TASKS.join(", ")}`, got: task, remedy });
  }
  return canonicalName(withTarget(data, { target, task, test }), { mean, std });
}
