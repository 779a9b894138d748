/** The studies `transfer-matrix` and `bert-tickets`: masks found on one task and used on another (Chen et al. 2020). */

import { shortName } from "../../base/registry.ts";
import { datasetNamed } from "../../dataset/dataset.ts";
import { dataTitle } from "../../dataset/source/name.ts";
import { parseModel } from "../../model/registry.ts";
import type { Example, FigureKind, Preset, StudyKind } from "../kind.ts";
import type { Option, Values } from "../option.ts";
import { familyNotes } from "../shared/defaults.ts";
import type { TrainingOptions } from "../shared/options.ts";
import { type Complete, complete, presetNamed } from "../shared/spec-of.ts";
import { TRANSFER_COLUMNS, transferTables } from "./columns.ts";
import { TRANSFER_COMPARISON } from "./comparison.ts";
import { CHEN, MATRIX_OPTIONS, matrixSpecOf, TICKETS_OPTIONS, type TransferOptions, ticketsSpecOf } from "./options.ts";
import { transferPlan } from "./plan.ts";
import { MATRIX_PRESETS, TICKETS_PRESETS } from "./presets.ts";
import { pointsOf, type TransferPlace, type TransferRow } from "./row.ts";
import { transferRows } from "./rows.ts";
import { parseTransferSpec, removedAt, type TransferSpec } from "./spec.ts";
import { groupsOf, universalOf } from "./statistics.ts";
import { adoptStep } from "./steps/adopt.ts";
import { blocksOf, permuteLayersStep } from "./steps/permute-layers.ts";
import { scatterStep } from "./steps/scatter.ts";

interface Words {
  readonly summary: string;
  readonly options: readonly Option[];
  readonly presets: readonly Preset[];
  readonly examples: readonly Example[];
  readonly specOf: (options: Complete<TransferOptions & TrainingOptions>) => TransferSpec;
  readonly figures: readonly FigureKind<TransferRow>[];
}

const MATRIX: FigureKind<TransferRow> = {
  name: "matrix",
  draw: async (data) => (await import("./figures/matrix.ts")).matrix(data),
};
const TICKETS: FigureKind<TransferRow> = {
  name: "tickets",
  draw: async (data) => (await import("./figures/tickets.ts")).tickets(data),
};

function transferKind(
  name: TransferSpec["study"],
  { specOf, ...words }: Words,
): StudyKind<TransferSpec, TransferRow, TransferPlace> {
  return {
    ...{ ...words, name, notes: familyNotes(), parts: "tasks", manyTasks: true },
    steps: [adoptStep, permuteLayersStep, scatterStep],
    specOf(given: Values, preset?: string | Values) {
      const named = { ...CHEN, ...presetNamed(words.presets, preset, { study: name })?.options };
      // What decays or clips gradients belongs to the optimizer of the paper.
      const { weightDecay: _, ...others } = named;
      const plain = (given.optimizer ?? (named as TransferOptions).optimizer ?? "adamw") === "adamw" ? named : others;
      return specOf(complete(given, plain, { options: words.options, arms: undefined as never }));
    },
    parse: parseTransferSpec,
    check({ sources, targets, tasks }, datasets) {
      if (!sources.includes("layers")) return;
      for (const { name, model, data } of tasks)
        if (targets.includes(name)) blocksOf(parseModel(model, datasetNamed(datasets, data)));
    },
    plan: transferPlan,
    rows: ({ study, sources, targets }, finished, artifacts) =>
      transferRows(finished, artifacts, {
        ...{ targets, order: ["dense", ...sources], by: "source", tasks: study === "bert-tickets" },
      }),
    say(row) {
      const { source, target, arm, level, replicate, density, measure } = row;
      const where = arm === "dense" ? `${target} dense` : `${target} from ${source}, ${arm} level ${level}`;
      const value = pointsOf(row);
      const told = Number.isFinite(value) ? `${measure.title} ${value.toFixed(2)}` : "diverged";
      return `${where}, replicate ${replicate}: ${told} with ${(100 * density).toFixed(2)} % of the weights`;
    },
    columns: TRANSFER_COLUMNS,
    lines: groupsOf,
    comparison: TRANSFER_COMPARISON,
    title: titleOf,
    report: async (rows, measure) => (await import("./report.ts")).transferReport(rows, measure),
    tables: async (rows) => transferTables(rows),
    json: (rows) => ({ rows, universal: universalOf(rows) }),
  };
}

function titleOf(spec: TransferSpec): string {
  const { tasks, targets, levels } = spec;
  const model = shortName(tasks[0]!.model);
  const names = tasks.filter(({ name }) => targets.includes(name)).map(({ data }) => dataTitle(data));
  const shares = levels.map((level) => (100 - 100 * removedAt(spec, level)).toFixed(0));
  const kept = shares.length === 1 ? `${shares[0]} %` : `${shares[0]} to ${shares.at(-1)} %`;
  return `${model} on ${names.join(", ")}: masks of ${kept} of the weights, ${tasks[0]!.steps}`;
}

export const transferMatrix = transferKind("transfer-matrix", {
  summary: "masks that are found on some tasks, used on others: sources by targets against the dense network",
  options: MATRIX_OPTIONS,
  presets: MATRIX_PRESETS,
  specOf: matrixSpecOf,
  figures: [MATRIX, TICKETS],
  examples: [
    { preset: "smoke", summary: "two tasks of pictures" },
    {
      options: { tasks: ["glue:mrpc", "glue:cola", "glue:sts-b"], level: [3], vocab: "FOLDER" },
      summary: "three tasks of GLUE, at 70 % of the weights",
    },
  ],
});

export const bertTickets = transferKind("bert-tickets", {
  summary:
    "tickets of a task in a text encoder, by iterative magnitude pruning back to its first weights, with controls",
  options: TICKETS_OPTIONS,
  presets: TICKETS_PRESETS,
  specOf: ticketsSpecOf,
  figures: [TICKETS, MATRIX],
  examples: [
    { preset: "laptop", options: { vocab: "FOLDER" }, summary: "MRPC on a small BERT" },
    {
      options: {
        data: "glue:cola",
        mlm: "mlm:wikitext-2",
        levels: 5,
        arms: ["ticket", "mlm", "oneshot"],
        vocab: "FOLDER",
      },
      summary: "CoLA, beside masks of masked words",
    },
  ],
});
