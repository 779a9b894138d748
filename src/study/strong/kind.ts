/**
 * The study `strong`: targets built inside random networks that were drawn beforehand, without training a weight of these
 * (Malach et al. 2020; Orseau et al. 2020; Pensia et al. 2020; Burkholz 2022).
 */
import { dataTitle } from "../../dataset/source/name.ts";
import type { StudyKind } from "../kind.ts";
import type { Values } from "../option.ts";
import { presetNamed } from "../shared/spec-of.ts";
import { accuracyText, measuredTables, STRONG_COLUMNS, strongLines } from "./columns.ts";
import { STRONG_COMPARISON } from "./comparison.ts";
import { STRONG_OPTIONS, strongSpecOf } from "./options.ts";
import { type StrongPlace, strongPlan } from "./plan.ts";
import { STRONG_PRESETS } from "./presets.ts";
import { type StrongRow, strongRows } from "./rows.ts";
import { parseStrongSpec, type StrongSpec } from "./spec.ts";
import { compileStep } from "./steps/compile.ts";
import { attentionStep, sumsStep, trialsStep, unitsStep } from "./steps/measure.ts";

const name = "strong";

export const strong: StudyKind<StrongSpec, StrongRow, StrongPlace> = {
  name,
  summary: "strong tickets as constructions: trained networks built inside random ones, without training these",
  options: STRONG_OPTIONS,
  presets: STRONG_PRESETS,
  examples: [
    { preset: "laptop", summary: "LeNet-300-100 by all constructions" },
    { options: { constructions: ["pensia"], epsilon: [0.01], units: 42 }, summary: "by subset sums alone" },
  ],
  notes:
    "Every network is one draw of random weights, and none is drawn anew where a weight does not fit.\n" +
    "linear-relaxation is what the released code of Pensia et al. measures: sums of candidates, and no random network.",
  steps: [compileStep, trialsStep, unitsStep, sumsStep, attentionStep],
  specOf: (given: Values, preset?: string | Values) =>
    strongSpecOf(given, presetNamed(STRONG_PRESETS, preset, { study: name })?.options ?? {}),
  parse: parseStrongSpec,
  plan: strongPlan,
  rows: strongRows,
  say,
  rowKind: ({ what }) => `strong ${what}`,
  comparison: STRONG_COMPARISON,
  columns: STRONG_COLUMNS,
  lines: strongLines,
  title: titleOf,
  subtitles: (spec) => ({
    units: `${spec.draws} weights for each epsilon`,
    "subset-sum": `${spec.draws} targets for each number of candidates`,
    popup: `${dataTitle(spec.data)}, ${spec.steps}, ${spec.popup.units} units an input`,
    attention: attentionTitle(spec.attention),
  }),
  figures: [
    { name: "units", draw: async (data) => (await import("./figures/units.ts")).units(data) },
    { name: "subset-sum", draw: async (data) => (await import("./figures/sums.ts")).sums(data) },
    { name: "popup", draw: async (data) => (await import("./figures/popup.ts")).popup(data) },
    { name: "attention", draw: async (data) => (await import("./figures/attention.ts")).attention(data) },
  ],
  report: async (rows) => (await import("./report.ts")).strongReport(rows),
  tables: async (rows) => measuredTables(rows),
};

/** The networks that are built, or else what edge-popup is given. */
function titleOf({ data, steps, networks }: StrongSpec): string {
  const models = [...new Set(networks.map(({ model }) => model))];
  return `${models.length > 0 ? models.join(", ") : "Edge-popup in gadgets"} on ${dataTitle(data)}, ${steps}, inside random networks`;
}

function attentionTitle({ heads, size, tokens, draws }: StrongSpec["attention"]): string {
  return `${heads} heads over ${tokens} tokens of width ${size}, ${draws} random networks for each width`;
}

function say(row: StrongRow): string {
  if (row.what === "units") return `${row.construction} at ${row.epsilon}: ${row.most} units for 95 % of the weights`;
  if (row.what === "sums") return `nearest subset of ${row.count} ${row.law}: ${row.error.toExponential(1)}`;
  if (row.what === "attention")
    return `attention of width ${row.width}: output error ${row.outputError.toExponential(1)}`;
  if (row.what === "popup") return `edge-popup on ${row.model}, replicate ${row.replicate}: ${accuracyText(row)}`;
  if (row.what === "trials") {
    const inputs = row.signed ? ", inputs of both signs" : "";
    return `${row.construction} at ${row.epsilon}${inputs}: ${row.failures.k} of ${row.failures.n} random networks failed`;
  }
  const [built, target] = [row.testAccuracy, row.targetAccuracy].map((share) => (100 * share).toFixed(2));
  return `${row.construction} at ${row.epsilon}, replicate ${row.replicate}: ${built} %, target ${target} %, ${row.missed} weights missed`;
}
