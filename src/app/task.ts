/** What a run measures: known from its data when it begins, and kept with it. */
import { fail } from "../base/errors.ts";
import type { DatasetDescription } from "../dataset/dataset.ts";
import type { Run, RunTask } from "../store/store.ts";
import { taskOf } from "../task/registry.ts";
import type { Measure } from "../task/task.ts";
import { ACCURACY } from "../task/words.ts";

/** What is learnt of the data sets of a study; throws `usage` where they are learnt by several tasks. */
export function taskOfAll(datasets: readonly DatasetDescription[]): RunTask | undefined {
  const tasks = datasets.map((dataset) => ({ dataset, task: taskOf(dataset) }));
  const [first] = tasks;
  const other = tasks.find(({ task }) => task !== first!.task);
  if (other) {
    const rule = `a study must be of one task, and ${first!.dataset.name} is learnt by ${first!.task.name}`;
    fail("usage", other.dataset.name, { rule, got: other.task.name, remedy: "Run a study for each task" });
  }
  return first && { name: first.task.name, measures: first.task.measures(first.dataset) };
}

/** The measure that a run's rows, figures and report speak of. */
export function measureOf({ task }: Pick<Run, "task">): Measure {
  return task?.measures[0] ?? ACCURACY;
}
