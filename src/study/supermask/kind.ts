/** The study `supermask`: which masks keep what training finds, and what masked networks score before any training. */
import { datasetNamed } from "../../dataset/dataset.ts";
import { sourceOfName } from "../../dataset/source/name.ts";
import type { ArtifactStore } from "../../store/store.ts";
import type { Measure } from "../../task/task.ts";
import { told } from "../../task/words.ts";
import type { StudyKind } from "../kind.ts";
import type { Values } from "../option.ts";
import { familyNotes } from "../shared/defaults.ts";
import type { TrainingOptions } from "../shared/options.ts";
import { pictureOf } from "../shared/pictures.ts";
import { type Complete, complete, presetNamed } from "../shared/spec-of.ts";
import { setupTitle, shortTitle } from "../shared/title.ts";
import { armNotes, armsOf } from "./arms.ts";
import { SUPERMASK_COLUMNS, tablesOf } from "./columns.ts";
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
import type { SupermaskDetail, SupermaskPlace, SupermaskRow } from "./row.ts";
import { supermaskRows } from "./rows.ts";
import { parseSupermaskSpec, type SupermaskSpec } from "./spec.ts";
import { groupsOf, summarise, trainedValue, untrainedValue } from "./statistics.ts";

const name = "supermask";

export const supermask: StudyKind<SupermaskSpec, SupermaskRow, SupermaskPlace, SupermaskDetail> = {
  name,
  summary: "masks by criterion, what their weights start from, what they score untrained, and masks that are learnt",
  options: SUPERMASK_OPTIONS,
  presets: SUPERMASK_PRESETS,
  examples: [
    { preset: "laptop", summary: "all criteria and all actions on LeNet" },
    { preset: "learned", summary: "masks that are learnt, and no weight is" },
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
  specOf(given: Values, preset?: string | Values) {
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
    const { arm, level, replicate, density, method } = row;
    const kept = `with ${(100 * density).toFixed(2)} % of the weights`;
    const place = method === null ? `${arm} level ${level}` : arm;
    return `${place}, replicate ${replicate}: ${saidOf(row, measure)} ${kept}`;
  },
  columns: SUPERMASK_COLUMNS,
  lines: groupsOf,
  comparison: SUPERMASK_COMPARISON,
  title: titleOf,
  subtitles: (spec) => ({
    arms: climbTitle(spec),
    untrained: setupTitle(spec, "one-shot masks"),
    ...(spec.learned && { masks: learnedTitle(spec, spec.learned) }),
  }),
  details: (rows, store) => Promise.all(rows.map((row) => detailOf(row, store))),
  figures: SUPERMASK_FIGURES,
  report: async (rows, measure) => (await import("./report.ts")).supermaskReport(rows, measure),
  tables: async (rows, _store, measure) => tablesOf(rows, measure),
  json: (rows, measure) => ({
    rows,
    trained: summarise(rows, trainedValue(measure)),
    untrained: summarise(rows, untrainedValue(measure)),
  }),
};

async function detailOf(row: SupermaskRow, store: ArtifactStore): Promise<SupermaskDetail> {
  if (row.method === null || row.replicate > 0) return row;
  const picture = await pictureOf(row.artifact, store);
  return picture ? { ...row, picture } : row;
}

/** What masks are made of, and how long what is drawn was trained. */
function titleOf(spec: SupermaskSpec): string {
  const { learned, arms, untrained } = spec;
  if (learned && arms.length + untrained.length === 0) return learnedTitle(spec, learned);
  return learned ? `${climbTitle(spec)}; ${learnedWords(learned)}` : climbTitle(spec);
}

const climbTitle = (spec: SupermaskSpec) =>
  setupTitle(spec, spec.masks === "oneshot" ? "one-shot masks" : "iterative masks");

const learnedWords = ({ steps }: { readonly steps: string }) => `learned masks, ${steps}`;

const learnedTitle = (spec: SupermaskSpec, learned: { readonly steps: string }) =>
  shortTitle({ ...spec, steps: learnedWords(learned) });

function saidOf(row: SupermaskRow, measure: Measure): string {
  const [trained, untrained] = [trainedValue(measure)(row), untrainedValue(measure)(row)];
  if (trained === null) return untrained === null ? "no finite score" : `untrained ${told(measure, untrained)}`;
  return Number.isFinite(trained) ? told(measure, trained) : "diverged";
}
