/** The rule that a task is learnt of the targets that it is for. */
import { fail } from "../base/errors.ts";
import type { DatasetDescription, Target } from "../dataset/dataset.ts";

/** Throws `usage` naming the task where the targets of a data set are of another kind. */
export function requireTarget(
  task: string,
  kind: Target["kind"],
  { target }: Pick<DatasetDescription, "target">,
): void {
  if (target.kind !== kind) fail("usage", "task", { rule: `${task} needs targets that are ${kind}`, got: target.kind });
}
