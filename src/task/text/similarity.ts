/** How alike two texts are (STS-B): least-squares regression, told by its correlations with the given scores. */
import { moments } from "../../dataset/standardisation.ts";
import { regression } from "../regression.ts";
import { requireTarget } from "../require-target.ts";
import type { Measure, Task } from "../task.ts";
import { pearson, spearman } from "./correlation.ts";

const PEARSON: Measure = { name: "pearson", title: "Pearson correlation", unit: null, direction: "up" };
const SPEARMAN: Measure = { name: "spearman", title: "Spearman correlation", unit: null, direction: "up" };
/** Tells a network that gives one answer to all: there it is 0. */
const DEVIATION: Measure = { name: "deviation", title: "deviation of the predictions", unit: null, direction: "up" };

/** The regression of one number. A constant prediction correlates with nothing: 0, though no coefficient is defined. */
export const similarity: Task = {
  ...regression,
  name: "similarity",
  measures: () => [PEARSON, SPEARMAN, DEVIATION],
  tally(dataset, { columns }) {
    requireTarget("similarity", "numbers", dataset);
    const targets = columns.targets!.data;
    const std = dataset.standardised?.targets?.std[0] ?? 1;
    const [given, told]: [number[], number[]] = [[], []];
    return {
      reads: ["output"],
      add(rows, { output }) {
        for (const [n, row] of rows.entries()) {
          given.push(targets[row]!);
          told.push(output![n]!);
        }
      },
      measures: () => ({
        pearson: pearson(told, given) ?? 0,
        spearman: spearman(told, given) ?? 0,
        deviation: std * moments(told.length, (i) => told[i]!).std,
      }),
    };
  },
};
