/** The studies `transfer` (Morcos et al. 2019) and `odd-targets` (Sabatelli et al. 2020): tickets of configurations on others. */
import { fail } from "../../../base/errors.ts";
import { shortName } from "../../../base/registry.ts";
import { type Dataset, datasetNamed } from "../../../dataset/dataset.ts";
import { dataTitle } from "../../../dataset/source/name.ts";
import type { Example, FigureKind, StudyKind } from "../../kind.ts";
import { familyNotes } from "../../shared/defaults.ts";
import { TRANSFER_COMPARISON } from "../comparison.ts";
import { pointsOf, type TransferPlace, type TransferRow } from "../row.ts";
import { transferRows } from "../rows.ts";
import { groupsOf } from "../statistics.ts";
import { adoptStep } from "../steps/adopt.ts";
import { chooseStep } from "../steps/choose.ts";
import { resampleStep } from "../steps/resample.ts";
import { scatterStep } from "../steps/scatter.ts";
import { CONFIGURED_COLUMNS, configuredTables } from "./columns.ts";
import { type ConfiguredDefaults, configuredOptions, configuredSpecOf } from "./options.ts";
import { configuredPlan } from "./plan.ts";
import { type ConfiguredPreset, ODD_PRESETS, TRANSFER_PRESETS } from "./presets.ts";
import { ARMS, type ConfiguredSpec, parseConfiguredSpec } from "./spec.ts";

interface Words {
  readonly summary: string;
  readonly defaults: ConfiguredDefaults;
  readonly presets: readonly ConfiguredPreset[];
  readonly examples: readonly Example[];
  readonly figures: readonly FigureKind<TransferRow>[];
}

const FIGURES = {
  tickets: async (data) => (await import("./figures/drawn.ts")).tickets(data),
  matrix: async (data) => (await import("./figures/drawn.ts")).matrix(data),
  optimizers: async (data) => (await import("./figures/optimizers.ts")).optimizers(data),
  sizes: async (data) => (await import("./figures/sizes.ts")).sizes(data),
  structure: async (data) => (await import("./figures/structure.ts")).structure(data),
  lines: async (data) => (await import("./figures/lines.ts")).lines(data),
} as const satisfies Readonly<Record<string, FigureKind<TransferRow>["draw"]>>;

const figure = (name: keyof typeof FIGURES): FigureKind<TransferRow> => ({ name, draw: FIGURES[name] });

function configuredKind(
  study: ConfiguredSpec["study"],
  { defaults, ...words }: Words,
): StudyKind<ConfiguredSpec, TransferRow, TransferPlace> {
  const options = configuredOptions(defaults);
  const order = ["dense", "l2", "ticket", "transfer", "weights", "weights-masked", ...ARMS, "line"];
  return {
    ...{ ...words, name: study, options, notes: familyNotes(), parts: "tasks", manyTasks: true },
    steps: [adoptStep, scatterStep, resampleStep, chooseStep],
    specOf: (given, preset) => configuredSpecOf({ study, options, presets: words.presets, defaults }, given, preset),
    parse: parseConfiguredSpec,
    check: checkData,
    plan: configuredPlan,
    rows: ({ targets }, finished, artifacts) => transferRows(finished, artifacts, { targets, order, by: "arm" }),
    say,
    columns: CONFIGURED_COLUMNS,
    lines: groupsOf,
    comparison: TRANSFER_COMPARISON,
    title: titleOf,
    report: async (rows, measure) => (await import("./report.ts")).configuredReport(rows, { measure, study }),
    tables: async (rows) => configuredTables(rows, study),
  };
}

/** Refuses data sets that one network cannot take, and what is not learnt as classes. */
function checkData({ tasks }: ConfiguredSpec, datasets: readonly Dataset[]): void {
  const all = tasks.map(({ name, data }) => ({ name, dataset: datasetNamed(datasets, data) }));
  for (const { name, dataset } of all) {
    const { kind } = dataset.target;
    const got = kind === "classes" ? `${dataset.outputs} in ${name}` : `${kind} in ${name}`;
    if (kind !== "classes" || dataset.outputs < 2)
      fail("usage", "tasks", { rule: "must be of two classes or more", got, remedy: "Leave the data set out" });
  }
  const [first] = all;
  const other = all.find(({ dataset }) => dataset.shape.join() !== first!.dataset.shape.join());
  if (!other) return;
  const [one, two] = [first!, other].map(({ name, dataset }) => `${name} ${dataset.shape.join(" x ")}`);
  const remedy = "Bring pictures to one size and to colour by their names, such as mnist@32:rgb beside cifar10";
  fail("usage", "tasks", {
    rule: "must have inputs of one shape, for a ticket is of one network",
    got: `${one}, ${two}`,
    remedy,
  });
}

function say(row: TransferRow): string {
  const { source, other, target, arm, level, replicate, density, measure } = row;
  const value = pointsOf(row);
  const told = Number.isFinite(value) ? `${measure.title} ${value.toFixed(2)}` : "diverged";
  if (arm === "line")
    return `${target}: line from ${source} to ${other}, level ${level}, replicate ${replicate}: ${told}`;
  const from = row.from && row.from !== row.on ? ` from ${source}` : "";
  const where = `${target}${from}, ${arm}${level > 0 ? ` level ${level}` : ""}`;
  return `${where}, replicate ${replicate}: ${told} with ${(100 * density).toFixed(2)} % of the weights`;
}

function titleOf({ tasks, targets, densities }: ConfiguredSpec): string {
  const model = shortName(tasks[0]!.model);
  const names = new Set(tasks.filter(({ name }) => targets.includes(name)).map(({ data }) => dataTitle(data)));
  const shares = [densities[0]!, densities.at(-1)!].map((each) => Number((100 * each).toPrecision(2)));
  const kept = densities.length === 1 ? `${shares[0]} %` : `${shares[0]} to ${shares[1]} %`;
  return `${model} on ${[...names].join(", ")}: tickets of ${kept} of the weights, ${tasks[0]!.steps}`;
}

export const transfer = configuredKind("transfer", {
  summary: "tickets of data sets and optimizers on others, beside random tickets and the source's trained weights",
  defaults: {
    model: "lenet-300-100",
    tasks: ["mnist", "fashion-mnist"],
    arms: ["layer-random", "reinit", "ticket"],
  },
  presets: TRANSFER_PRESETS,
  figures: (["tickets", "matrix", "structure", "optimizers", "sizes", "lines"] as const).map(figure),
  examples: [
    { preset: "laptop", summary: "three data sets of digits and clothes, each on each" },
    {
      options: { tasks: ["mnist"], optimizers: ["sgd", "adam"], steps: "3000it" },
      summary: "tickets of SGD under Adam, and the reverse",
    },
  ],
});

export const oddTargets = configuredKind("odd-targets", {
  summary:
    "tickets of natural images on few pictures of another domain, beside its own and dense networks with tuned decay",
  defaults: {
    model: "resnet-8-4",
    tasks: ["cifar10", "fashion-mnist@32:rgb:size=1000"],
    arms: ["global-random", "layer-random", "l2", "ticket"],
  },
  presets: ODD_PRESETS,
  figures: (["tickets", "matrix", "lines"] as const).map(figure),
  examples: [
    { preset: "laptop", summary: "letters of typefaces" },
    {
      preset: "laptop",
      options: { tasks: ["cifar10", "folder:PATH@32"], targets: ["PATH"] },
      summary: "few pictures of your own, in folders by class",
    },
  ],
});
