/**
 * Linear mode connectivity: instability analysis of one network (`instability`), the error on the path from
 * initialisation (`figure2`) and the instability over the parting (`figure3`) of several.
 */
import { gapsOf } from "../../connectivity/path.ts";
import { datasetNamed } from "../../dataset/dataset.ts";
import { drawn, undefinedLii } from "../../figure/path/points.ts";
import type { Measure } from "../../task/task.ts";
import { digits, unitOf } from "../../task/words.ts";
import type { Example, StudyKind, StudySpec } from "../kind.ts";
import type { Values } from "../option.ts";
import { familyNotes } from "../shared/defaults.ts";
import { presetNamed } from "../shared/spec-of.ts";
import { shortTitle } from "../shared/title.ts";
import { lineTable, PAIR_COLUMNS } from "./columns.ts";
import { PAIR_COMPARISON } from "./comparison.ts";
import { INSTABILITY_FIGURES, NETWORKS_FIGURES } from "./figures/index.ts";
import { INSTABILITY_OPTIONS, instabilitySpecOf, NETWORKS_OPTIONS, networksSpecOf } from "./options.ts";
import type { PairPlace, PairRow } from "./pair.ts";
import { instabilityPlan, networksPlan } from "./plan.ts";
import { INSTABILITY_PRESETS, networksPresets } from "./presets.ts";
import { pairRows } from "./rows.ts";
import { type InstabilitySpec, type NetworksSpec, parseInstabilitySpec, parseNetworksSpec } from "./spec.ts";
import { copiesOf, groupsOf, liiOf, measured, summarisePairs } from "./statistics.ts";

type Shared = "rowKind" | "twofold" | "say" | "columns" | "lines" | "report" | "tables" | "json" | "comparison";

/** What kinds of study whose rows are pairs have in common. */
const pairKind: Pick<Required<StudyKind<StudySpec, PairRow, PairPlace>>, Shared> = {
  say(pair, measure) {
    const { panel, arm, step, copies, replicate, density } = pair;
    const name = `${panel === undefined ? "" : `${panel}: `}${arm} from iteration ${step}`;
    const lii = `${liiText(pair, measure)} with ${(100 * density).toFixed(2)} % of the weights`;
    return `${name}, copies ${copies.join(" and ")}, replicate ${replicate}: ${lii}`;
  },
  rowKind: () => "pair",
  twofold: ["copies", "ends", "testAccuracy"],
  comparison: PAIR_COMPARISON,
  columns: PAIR_COLUMNS,
  lines: groupsOf,
  report: async (pairs, measure) => (await import("./report.ts")).pairReport(pairs, measure),
  tables: async (pairs, store) => [await lineTable(pairs, store)],
  json(pairs, measure) {
    const lii = measured("lii", summarisePairs(pairs, liiOf(measure)));
    const ends = measured(
      measure.name,
      summarisePairs(copiesOf(pairs), ({ end }) => drawn(measure, end)),
    );
    return { rows: pairs, summary: [...lii, ...ends] };
  },
};

function liiText({ instability, path }: PairRow, measure: Measure): string {
  const value = drawn(measure, instability.testError);
  return Number.isFinite(value) ? `LII ${digits(measure, value)}${unitOf(measure)}` : `${undefinedLii(gapsOf(path))},`;
}

export const instability: StudyKind<InstabilitySpec, PairRow, PairPlace> = {
  ...pairKind,
  name: "instability",
  summary: "linear mode connectivity: copies that part at iteration k, and the error on the line between them",
  options: INSTABILITY_OPTIONS,
  presets: INSTABILITY_PRESETS,
  examples: [
    { preset: "lenet", summary: "dense and sparse copies of LeNet, at full length" },
    {
      options: { model: "resnet-20", at: ["0", "500it", "2000it"], arms: ["dense", "rewound"], levels: 8 },
      summary: "from where on ResNet-20 and its subnetworks are stable",
    },
  ],
  notes: familyNotes(),
  specOf: (given: Values, preset?: string | Values) =>
    instabilitySpecOf(given, presetNamed(INSTABILITY_PRESETS, preset, { study: "instability" })?.options ?? {}),
  parse: parseInstabilitySpec,
  plan: (spec, datasets) => instabilityPlan(spec, datasetNamed(datasets, spec.data)),
  rows: ({ levels }, finished, artifacts) => pairRows(finished, artifacts, { levelOf: () => levels }),
  title: shortTitle,
  figures: INSTABILITY_FIGURES,
};

function networksKind(
  name: NetworksSpec["study"],
  { summary, examples }: { summary: string; examples: readonly Example[] },
): StudyKind<NetworksSpec, PairRow, PairPlace> {
  const presets = networksPresets(name);
  return {
    ...pairKind,
    ...{ name, summary, presets, examples, options: NETWORKS_OPTIONS, parts: "networks" },
    notes: `Without a preset it is ${presets[0]!.name}. Its networks:\n${presets.map(networksNote).join("\n")}`,
    specOf: (given: Values, preset?: string | Values) =>
      networksSpecOf(name, given, presetNamed(presets, preset, { study: name, always: true })!),
    parse: parseNetworksSpec,
    plan: networksPlan,
    rows({ networks }, finished, artifacts) {
      const levelOf = (panel?: string) => networks.find((each) => each.name === panel)!.levels;
      return pairRows(finished, artifacts, { panels: networks.map((each) => each.name), levelOf });
    },
    title: ({ networks }) => networks.map((each) => `${each.name}: ${shortTitle(each)}`).join("; "),
    figures: [NETWORKS_FIGURES[name]],
  };
}

function networksNote({ name, networks }: ReturnType<typeof networksPresets>[number]): string {
  return `  ${name.padEnd(12)} ${networks.map((network) => network.name).join(", ")}`;
}

export const figure2 = networksKind("figure2", {
  summary: "the error on the line between copies that part at initialisation, for several networks",
  examples: [
    { options: { networks: ["LeNet", "ResNet-20"] }, summary: "two of the survey's networks, reduced" },
    { preset: "smoke", summary: "a try in seconds" },
  ],
});

export const figure3 = networksKind("figure3", {
  summary: "the instability of several networks against the iteration at which copies part",
  examples: [
    { options: { networks: ["LeNet"] }, summary: "one of the survey's networks" },
    { preset: "smoke", summary: "a try in seconds" },
  ],
});
