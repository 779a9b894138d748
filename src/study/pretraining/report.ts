/** What a report says: what pre-training leaves, beside networks that had none, and the table. */

import { establishedNote, intervalText } from "../../figure/draw/caption.ts";
import { tie } from "../../figure/draw/text.ts";
import { describeReplicates, pairedDifferences } from "../../figure/spread.ts";
import { table } from "../../figure/tables.ts";
import type { Measure } from "../../task/task.ts";
import type { StudyReport } from "../kind.ts";
import { PRETRAINING_COLUMNS } from "./columns.ts";
import { type PretrainingRow, pointsOf } from "./row.ts";
import { groupsOf } from "./rows.ts";

const valuesOf = (rows: readonly PretrainingRow[]) =>
  rows.map((row) => ({ replicate: row.replicate, value: pointsOf(row) }));

/** Of every source and target, dense and fine-tuned: pre-trained weights minus first ones, paired by replicate. */
export function gainsOf(rows: readonly PretrainingRow[]) {
  const dense = groupsOf(rows.filter(({ level, readout }) => level === 0 && readout === "fine-tuned"));
  return dense.flatMap((group) => {
    const { source, target, arm, labels } = group[0]!;
    const other = dense.find(([row]) => row!.source === source && row!.target === target && row!.arm === "scratch");
    if (arm !== "ticket" || !other) return [];
    return [{ source, target, labels, ...describeReplicates(pairedDifferences(valuesOf(group), valuesOf(other))) }];
  });
}

const signed = (value: number) => (value < 0 ? `${value.toFixed(2)}` : `+${value.toFixed(2)}`);

/** The findings in sentences, and all networks. */
export function pretrainingReport(rows: readonly PretrainingRow[], measure: Measure): StudyReport {
  const findings = gainsOf(rows).map((gain) => {
    const { source, target, labels, mean, n } = gain;
    const range = intervalText(gain, signed, ", 95 % interval ");
    const by = Number.isFinite(mean) ? `${signed(mean)} points${range}` : "no number, for trainings diverged";
    return `Pre-training by ${source} changes the dense network on ${target} (${labels} labels) by ${by}; ${establishedNote(n)}.`;
  });
  const cells = groupsOf(rows).map((group) => PRETRAINING_COLUMNS.map(({ cell }) => cell(group, measure)));
  const header = PRETRAINING_COLUMNS.map((column) => String(column.header));
  return {
    findings: findings.map(tie),
    sections: [{ title: "All networks", html: table(header, cells) }],
    glossary: GLOSSARY,
  };
}

const GLOSSARY: readonly (readonly [string, string])[] = [
  ["Source", "what the network was pre-trained by; none: not at all"],
  ["Ticket", "the mask that further pre-training found, on the pre-trained weights"],
  ["Scratch", "the same mask on the first weights; at level 0 the dense network without pre-training"],
  ["Task", "the mask that trainings on the target found, on the pre-trained weights"],
  ["Task-scratch", "the mask that trainings on the target found from the first weights, on those"],
  ["Oneshot", "the mask keeps the largest pre-trained weights"],
  ["Random", "as many weights in every layer as the ticket, drawn at random"],
  [
    "Complement",
    "the weights that the ticket's mask cuts, and no others: at few remaining weights of the ticket, many",
  ],
  ["Probe", "one linear layer is trained on the features of the network, which stays as it is"],
  ["Level", "the number of pruning rounds behind a mask; level 0 is dense"],
  ["Replicate", "one repetition of everything with its own random seeds; n counts replicates"],
];
