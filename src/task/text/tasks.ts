/** The tasks of texts, which pages without texts do not load: they are registered where a program of Node begins. */
import { registerTask } from "../registry.ts";
import type { Measured } from "../task.ts";
import { similarity } from "./similarity.ts";
import { acceptability, paraphrase } from "./two-classes.ts";

/** Makes the tasks of texts known by their names; again, it does nothing. */
export function registerTextTasks(): void {
  for (const task of [acceptability, paraphrase, similarity]) registerTask(task);
}

/** A sentence where a network gives one answer to all rows, so that what it is told by means little; else undefined. */
export function constantWarning({ positive, deviation }: Measured): string | undefined {
  if (positive === 0 || positive === 1)
    return `all rows are told to be of class ${positive}: correlations and F1 say nothing`;
  return deviation === 0 ? "all rows are told the same number: its correlation is taken for 0" : undefined;
}
