/** What a report says: where sources stand beside the targets' own tickets, and the tables. */
import { tie } from "../../figure/draw/text.ts";
import { table } from "../../figure/tables.ts";
import type { Measure } from "../../task/task.ts";
import type { StudyReport } from "../kind.ts";
import { TRANSFER_COLUMNS, transferTables, universalSentence } from "./columns.ts";
import type { TransferRow } from "./row.ts";
import { groupsOf, universalOf } from "./statistics.ts";

export function transferReport(rows: readonly TransferRow[], measure: Measure): StudyReport {
  const results = groupsOf(rows).map((group) => TRANSFER_COLUMNS.map(({ cell }) => cell(group, measure)));
  return {
    findings: universalOf(rows).map(universalSentence).map(tie),
    sections: [
      ...transferTables(rows).map(({ title = "", header, cells }) => ({ title, html: table(header, cells) })),
      {
        title: "All networks",
        html: table(
          TRANSFER_COLUMNS.map(({ header }) => String(header)),
          results,
        ),
      },
    ],
    glossary: GLOSSARY,
  };
}

const GLOSSARY: readonly (readonly [string, string])[] = [
  ["Source", "the task whose search by iterative magnitude pruning found the mask, or a control"],
  ["Target", "the task that a network is trained on under the mask, apart from all searches"],
  ["Ticket", "the target's own mask; transfer: that of another task"],
  ["Search", "a round of a search, scored as it is"],
  ["Oneshot", "the mask keeps the largest weights before any training"],
  ["Random", "as many weights anywhere in the network, drawn at random"],
  ["Reinit", "the target's own mask on weights that are new altogether"],
  ["Layers", "the target's own mask where blocks have one another's matrices"],
  ["Lota", "the weights that move most in a training are trained, the others stay as they were"],
  ["Points", "of 100; of measures that are no fraction or correlation their own unit"],
  ["Level", "the number of pruning rounds behind a mask; level 0 is dense"],
  ["Replicate", "one repetition of everything with its own random seeds; n counts replicates"],
];
