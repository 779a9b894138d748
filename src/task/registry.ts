/** All tasks by the kind of target that they learn; a new one is a file and a row. */
import { fail } from "../base/errors.ts";
import type { DatasetDescription, Target } from "../dataset/dataset.ts";
import { classification } from "./classification.ts";
import { multiLabel } from "./multi-label.ts";
import { regression } from "./regression.ts";
import type { LossName, Task } from "./task.ts";

const TASKS: { readonly [K in Target["kind"]]: Task } = {
  classes: classification,
  numbers: regression,
  labels: multiLabel,
};

/** Every loss that some task may be trained by. */
export const LOSS_NAMES: readonly LossName[] = [...new Set(Object.values(TASKS).flatMap(({ losses }) => losses))];

/** The names of all tasks. */
export const TASK_NAMES: readonly string[] = Object.values(TASKS).map(({ name }) => name);

/** The task of a name; undefined where there is none. */
export function taskNamed(name: string): Task | undefined {
  return Object.values(TASKS).find((task) => task.name === name);
}

/** What is learnt of a data set where nothing else is said. */
export function taskOf({ target }: Pick<DatasetDescription, "target">): Task {
  return TASKS[target.kind];
}

/** Returns a loss that a task may be trained by, its first where none is given; throws `usage` for another. */
export function lossOf({ name, losses }: Task, loss: LossName = losses[0]): LossName {
  if (losses.includes(loss)) return loss;
  return fail("usage", "loss", { rule: `${name} is trained by ${losses.join(" or ")}`, got: loss });
}
