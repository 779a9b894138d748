/** A network's score in a sentence and in JSON. */

import type { DatasetDescription } from "../../dataset/dataset.ts";
import { capital } from "../../figure/draw/text.ts";
import { taskOf } from "../../task/registry.ts";
import type { Measure } from "../../task/task.ts";
import { digits, shown, unitOf } from "../../task/words.ts";
import type { Score } from "../../train/evaluate.ts";

type Scored = Pick<DatasetDescription, "shape" | "target" | "outputs">;

/** The score in a sentence: of classification how many are right, of others the measures in their own units. */
export function scoreText({ n, loss, measure, measures }: Score, dataset: Scored): string {
  const rows = `${n} test ${dataset.shape.length === 3 ? "images" : "rows"}`;
  const end = `mean loss ${loss.toFixed(4)}`;
  if (isClassification(dataset)) return `${(100 * measure.value).toFixed(2)} % of ${rows} are right, ${end}`;
  const [first, ...others] = taskOf(dataset)
    .measures(dataset)
    .map((each) => valueText(each, measures[each.name] ?? null));
  return `${capital(first!)}${others.length > 0 ? ` (${others.join(", ")})` : ""} on ${rows}, ${end}`;
}

function valueText(measure: Measure, value: number | null): string {
  if (value === null || !Number.isFinite(value)) return `${measure.title} not defined`;
  return `${measure.title} ${digits(measure, shown(measure, value))}${unitOf(measure)}`;
}

/** The score as `--json` prints it. */
export function scoreJson({ n, loss, measure, measures }: Score, dataset: Scored): object {
  const accuracy = isClassification(dataset) ? { testAccuracy: measure.value } : {};
  return { n, ...accuracy, testLoss: loss, measure, measures };
}

function isClassification(dataset: Scored): boolean {
  return taskOf(dataset).name === "classification";
}
