/** The study `supermask`: which masks keep what training finds, and what masked networks score before any training. */
import { datasetNamed } from "../../dataset/dataset.ts";
import { sourceOfName } from "../../dataset/source/name.ts";
import type { Measure } from "../../task/task.ts";
import { told } from "../../task/words.ts";
import type { StudyKind } from "../kind.ts";
import type { Values } from "../option.ts";
import { familyNotes } from "../shared/defaults.ts";
import type { TrainingOptions } from "../shared/options.ts";
import { type Complete, complete, presetNamed } from "../shared/spec-of.ts";
import { setupTitle } from "../shared/title.ts";
import { armNotes, armsOf } from "./arms.ts";
import { chosenTable, SUPERMASK_COLUMNS } from "./columns.ts";
import { SUPERMASK_COMPARISON } from "./comparison.ts";
import { SUPERMASK_FIGURES } from "./figures/index.ts";
import {
  DEFAULT_WORDS,
  SUPERMASK_DEFAULTS,
  SUPERMASK_OPTIONS,
  type SupermaskOptions,
  supermaskSpecOf,
} from "./options.ts";
import { supermaskPlan } from "./plan.ts";
import { SUPERMASK_PRESETS } from "./presets.ts";
import type { SupermaskPlace, SupermaskRow } from "./row.ts";
import { supermaskRows } from "./rows.ts";
import { parseSupermaskSpec, type SupermaskSpec } from "./spec.ts";
import { groupsOf, summarise, trainedValue, untrainedValue } from "./statistics.ts";

const name = "supermask";

export const supermask: StudyKind<SupermaskSpec, SupermaskRow, SupermaskPlace> = {
  name,
  summary: "mask criteria and actions: which weights to keep, what they start from, what masks score untrained",
  options: SUPERMASK_OPTIONS,
  presets: SUPERMASK_PRESETS,
  examples: [
    { preset: "laptop", summary: "all criteria and all actions on LeNet" },
    {
      options: { arms: ["none"], untrained: ["signs", "constants"], levels: 12, cut: 0.36, steps: "12000it" },
      summary: "untrained networks alone: one training, and masks of it",
    },
    {
      options: { arms: ["large_final", "large_final+reinit", "large_final+signed_reinit"], levels: 12, cut: 0.36 },
      summary: "whether the sign is all that a ticket needs",
    },
  ],
  notes: `${armNotes()}\n\n${familyNotes()}`,
  specOf(given: Values, preset?: string) {
    const named: Values = {
      ...SUPERMASK_DEFAULTS,
      ...presetNamed(SUPERMASK_PRESETS, preset, { study: name })?.options,
    };
    const { mean, std, ...rest } = named;
    // A table has no pixels, and a file of arrays need not have any.
    const images =
      sourceOfName((given as TrainingOptions).data ?? "mnist").holds === "images" ? { ...rest, mean, std } : rest;
    const arms = armsOf(DEFAULT_WORDS.arms, "arms");
    const options = complete<TrainingOptions>(given, images, { options: SUPERMASK_OPTIONS, arms });
    return supermaskSpecOf(options as Complete<TrainingOptions> & SupermaskOptions);
  },
  parse: parseSupermaskSpec,
  plan: (spec, datasets) => supermaskPlan(spec, datasetNamed(datasets, spec.data)),
  rows: supermaskRows,
  say(row, measure) {
    const { arm, level, replicate, density } = row;
    const kept = `with ${(100 * density).toFixed(2)} % of the weights`;
    return `${arm} level ${level}, replicate ${replicate}: ${saidOf(row, measure)} ${kept}`;
  },
  columns: SUPERMASK_COLUMNS,
  lines: groupsOf,
  comparison: SUPERMASK_COMPARISON,
  title: (spec) => setupTitle(spec, spec.masks === "oneshot" ? "one-shot masks" : "iterative masks"),
  figures: SUPERMASK_FIGURES,
  report: async (rows, measure) => (await import("./report.ts")).supermaskReport(rows, measure),
  tables: async (rows, _store, measure) => [chosenTable(rows, measure)],
  json: (rows, measure) => ({
    rows,
    trained: summarise(rows, trainedValue(measure)),
    untrained: summarise(rows, untrainedValue(measure)),
  }),
};

function saidOf(row: SupermaskRow, measure: Measure): string {
  const [trained, untrained] = [trainedValue(measure)(row), untrainedValue(measure)(row)];
  if (trained === null) return untrained === null ? "no finite score" : `untrained ${told(measure, untrained)}`;
  return Number.isFinite(trained) ? told(measure, trained) : "diverged";
}
