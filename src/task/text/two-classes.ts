/** Tasks of two classes that are told apart by other measures than accuracy: CoLA's and those of paraphrases. */
import { fail } from "../../base/errors.ts";
import type { DatasetDescription } from "../../dataset/dataset.ts";
import { classification } from "../classification.ts";
import { requireTarget } from "../require-target.ts";
import type { Measure, Task } from "../task.ts";
import { ACCURACY } from "../words.ts";
import { accuracy, type Confusion, f1, matthews, rowsOf } from "./binary.ts";

const MATTHEWS: Measure = { name: "matthews", title: "Matthews correlation", unit: null, direction: "up" };
const F1: Measure = { name: "f1", title: "F1", unit: "fraction", direction: "up" };
/** Tells a network that gives one answer to all: there it is 0 or 1. */
const POSITIVE: Measure = { name: "positive", title: "told to be of class 1", unit: "fraction", direction: "up" };

const VALUE: Readonly<Record<string, (counts: Confusion) => number>> = {
  matthews,
  f1,
  accuracy,
  positive: (counts) => (counts.truePositive + counts.falsePositive) / rowsOf(counts),
};

/** Classification into two classes with these measures, and the fraction that is told to be of class 1. */
function twoClasses(name: string, measures: readonly [Measure, ...Measure[]]): Task {
  const all: readonly [Measure, ...Measure[]] = [...measures, POSITIVE];
  return {
    ...classification,
    name,
    losses: ["cross-entropy"],
    measures: () => all,
    tally(dataset, { columns }) {
      requireTwo(name, dataset);
      const labels = columns.labels!.data;
      const counts = { truePositive: 0, falsePositive: 0, trueNegative: 0, falseNegative: 0 };
      return {
        reads: ["correct"],
        add(rows, { correct }) {
          for (const [n, row] of rows.entries()) {
            const isRight = correct![n] === 1;
            if (labels[row] === 1) counts[isRight ? "truePositive" : "falseNegative"]++;
            else counts[isRight ? "trueNegative" : "falsePositive"]++;
          }
        },
        measures: () => Object.fromEntries(all.map((measure) => [measure.name, VALUE[measure.name]!(counts)])),
      };
    },
  };
}

function requireTwo(name: string, dataset: Pick<DatasetDescription, "target" | "outputs">): void {
  requireTarget(name, "classes", dataset);
  if (dataset.outputs !== 2) fail("usage", "task", { rule: `${name} needs two classes`, got: dataset.outputs });
}

/** Whether a sentence is grammatical (CoLA): Matthews' correlation, and accuracy beside it. */
export const acceptability: Task = twoClasses("acceptability", [MATTHEWS, ACCURACY]);

/** Whether two texts mean the same (MRPC, QQP): accuracy, and F1 of "yes" beside it. */
export const paraphrase: Task = twoClasses("paraphrase", [ACCURACY, F1]);
