/** What a report says of the study: what masks score before training, and which criteria and actions keep accuracy. */
import { intervalText } from "../../figure/draw/caption.ts";
import { tie } from "../../figure/draw/text.ts";
import { describeReplicates } from "../../figure/spread.ts";
import { table } from "../../figure/tables.ts";
import type { Measure } from "../../task/task.ts";
import { digits, isBetter, told } from "../../task/words.ts";
import type { StudyReport } from "../kind.ts";
import { SUPERMASK_COLUMNS, tablesOf } from "./columns.ts";
import type { SupermaskRow } from "./row.ts";
import { shownLevel } from "./shown-level.ts";
import {
  type Chosen,
  chosen,
  chosenText,
  denseRows,
  groupsOf,
  learnedRows,
  summarise,
  trainedValue,
  valuesOf,
} from "./statistics.ts";

export function supermaskReport(rows: readonly SupermaskRow[], measure: Measure): StudyReport {
  const results = groupsOf(rows).map((group) => SUPERMASK_COLUMNS.map(({ cell }) => cell(group, measure)));
  const heads = SUPERMASK_COLUMNS.map((column) =>
    typeof column.header === "string" ? column.header : column.header(measure),
  );
  return {
    findings: [...untrained(rows, measure), ...learned(rows, measure), ...trained(rows, measure)].map(tie),
    sections: [
      ...tablesOf(rows, measure).map(({ title = "", header, cells }) => ({ title, html: table(header, cells) })),
      { title: "All arms and levels", html: table(heads, results) },
    ],
    glossary: GLOSSARY,
  };
}

function untrained(rows: readonly SupermaskRow[], measure: Measure): string[] {
  const all = chosen(rows, measure);
  const [best] = all;
  if (!best) return [];
  const random = all.filter(({ arm }) => arm.split("+")[0] === "random")[0];
  const place = ({ mean, weightsRemaining, ...spread }: Chosen) => {
    const interval = intervalText(spread, (end) => digits(measure, end), ", ");
    return `${told(measure, mean)} (n = ${spread.n}${interval}) with ${chosenText({ weightsRemaining })} of the weights`;
  };
  const chance = random && random !== best ? `; the best random mask reaches ${place(random)}` : "";
  return [
    `Without training, ${best.arm} reaches a test ${measure.title} of ${place(best)}${chance}. Every replicate chooses its density on the rows held out.`,
  ];
}

function learned(rows: readonly SupermaskRow[], measure: Measure): string[] {
  const arms = summarise(learnedRows(rows), trainedValue(measure)).filter(({ n }) => n > 0);
  const [best] = arms.toSorted((a, b) => (isBetter(measure, a.mean, b.mean) ? -1 : 1));
  if (!best) return [];
  const dense = describeReplicates(valuesOf(denseRows(rows), trainedValue(measure)));
  const place = `${told(measure, best.mean)} (n = ${best.n}${intervalText(best, (end) => digits(measure, end), ", ")})`;
  return [
    `Of masks that are learnt over weights as they are, ${best.arm} is the best: ${place} with ${best.weightsRemaining.toFixed(1)} % of the weights. The dense network, trained, reaches ${told(measure, dense.mean)}.`,
  ];
}

function trained(rows: readonly SupermaskRow[], measure: Measure): string[] {
  const value = trainedValue(measure);
  const level = shownLevel(rows.filter((row) => value(row) !== null));
  const at = summarise(rows, value).filter((summary) => summary.level === level && summary.n > 0);
  if (level === 0 || at.length === 0) return [];
  const dense = describeReplicates(valuesOf(denseRows(rows), value));
  const order = at.toSorted((a, b) => (isBetter(measure, a.mean, b.mean) ? -1 : 1));
  const names = order.slice(0, 3).map(({ arm, mean }) => `${arm} ${told(measure, mean)}`);
  const last = order.at(-1)!;
  const words = `of ${order.length} trained arms the best are ${names.join(", ")}; the last is ${last.arm}, ${told(measure, last.mean)}`;
  return [
    `With ${at[0]!.weightsRemaining.toFixed(1)} % of the weights, ${words}. The dense network reaches ${told(measure, dense.mean)}.`,
  ];
}

const GLOSSARY: readonly (readonly [string, string])[] = [
  ["Criterion", "what decides which weights a mask keeps: a score of their values before and after training"],
  ["Action", "what is done to the weights that a mask keeps before they are trained, or to those that it cuts"],
  ["Supermask", "a mask under which a network scores better than chance without training"],
  ["One-shot", "all masks are made of the dense network; iterative: each of the network trained under the one before"],
  ["Learned mask", "a mask that is trained over weights that stay as they were drawn"],
  ["Level", "the number of pruning rounds behind a mask; level 0 is dense"],
  ["Replicate", "one repetition of everything with its own random seeds; n counts replicates"],
  ["Dense", "the whole network"],
];
