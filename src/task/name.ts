/** The name of a data set with what is asked of it, the task among that. */
import { fail } from "../base/errors.ts";
import { type AskedOptions, dataNameOf } from "../dataset/source/asked.ts";
import { takes } from "../dataset/source/name.ts";
import { tableTasks, taskNamed } from "./registry.ts";

/** Whether a task is one that a plug-in or a program brought, which any data set may be learnt by. */
export function isBrought(task: string): boolean {
  return taskNamed(task).name.includes("@");
}

/**
 * The name of a data set with what is asked of it, see `dataNameOf`; throws `usage` for a file whose targets the task says
 * and that is learnt by a task that is brought.
 */
export function learntName(data: string, asked: AskedOptions = {}): string {
  if (asked.task === undefined) return dataNameOf(data, asked);
  const task = taskNamed(asked.task).name;
  if (task.includes("@") && takes(data, "task")) {
    const remedy = "Bring the table as a data set of your own, whose member task names it";
    const rule = `of a table must be one of ${tableTasks().join(", ")}`;
    fail("usage", "task", { rule, got: asked.task, remedy });
  }
  return dataNameOf(data, { ...asked, task });
}
