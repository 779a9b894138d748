/** All tasks: one for each kind of target, and those that are brought. */
import { fail } from "../base/errors.ts";
import { addTo, createRegistry } from "../base/registry.ts";
import type { DatasetDescription, Target } from "../dataset/dataset.ts";
import { classification } from "./classification.ts";
import { multiLabel } from "./multi-label.ts";
import { regression } from "./regression.ts";
import type { LossName, Task } from "./task.ts";

/** What is learnt of each kind of target where nothing else is said. */
const OF_TARGET: { readonly [K in Target["kind"]]: Task } = {
  classes: classification,
  numbers: regression,
  labels: multiLabel,
};

const tasks = createRegistry("task", Object.fromEntries(Object.values(OF_TARGET).map((task) => [task.name, task])));

/**
 * Adds a task; returns how specifications write it. Throws `usage` where another one has its name.
 * @param version of what is brought: a content hash, or what the user gives
 */
export function registerTask(task: Task, version?: string): string {
  return addTo(tasks, task.name, task, version);
}

/** The names of the tasks that tables of numbers are learnt by without anything that is brought. */
export function tableTasks(): readonly string[] {
  return Object.values(OF_TARGET).map(({ name }) => name);
}

/** Every loss that some task may be trained by. */
export function lossNames(): readonly LossName[] {
  return [...new Set(tasks.entries().flatMap(({ value }) => value.losses))];
}

/** The names of all tasks. */
export function taskNames(): readonly string[] {
  return tasks.names();
}

/** The task of a name, and how specifications write it; throws `usage` where there is none. */
export function taskNamed(name: string): { readonly name: string; readonly task: Task } {
  const { name: written, value } = tasks.get(name);
  return { name: written, task: value };
}

/** What is learnt of a data set: the task that it names, else that of its kind of target. Throws as {@link taskNamed}. */
export function taskOf({ target, task }: Pick<DatasetDescription, "target" | "task">): Task {
  return task === undefined ? OF_TARGET[target.kind] : tasks.get(task).value;
}

/** Returns a loss that a task may be trained by, its first where none is given; throws `usage` for another. */
export function lossOf({ name, losses }: Task, loss: LossName = losses[0]): LossName {
  if (losses.includes(loss)) return loss;
  return fail("usage", "loss", { rule: `${name} is trained by ${losses.join(" or ")}`, got: loss });
}
