/** What a report says of configurations: who is better, established or not, and all networks. */
import { tie } from "../../../figure/draw/text.ts";
import { table } from "../../../figure/tables.ts";
import type { Measure } from "../../../task/task.ts";
import type { StudyReport } from "../../kind.ts";
import { universalSentence } from "../columns.ts";
import type { TransferRow } from "../row.ts";
import { groupsOf, universalOf } from "../statistics.ts";
import { CONFIGURED_COLUMNS, configuredTables } from "./columns.ts";
import type { ConfiguredSpec } from "./spec.ts";
import { asMatrix } from "./statistics.ts";

export function configuredReport(
  rows: readonly TransferRow[],
  { measure, study }: { measure: Measure; study: ConfiguredSpec["study"] },
): StudyReport {
  const columns = CONFIGURED_COLUMNS.filter(({ has }) => has?.(rows) ?? true);
  const results = groupsOf(rows).map((group) => columns.map(({ cell }) => cell(group, measure)));
  return {
    findings: universalOf(asMatrix(rows)).map(universalSentence).map(tie),
    sections: [
      ...configuredTables(rows, study).map(({ title = "", header, cells }) => ({ title, html: table(header, cells) })),
      {
        title: "All networks",
        html: table(
          columns.map(({ header }) => String(header)),
          results,
        ),
      },
    ],
    glossary: GLOSSARY,
  };
}

const GLOSSARY: readonly (readonly [string, string])[] = [
  ["Source", "the data set with its optimizer whose search by iterative magnitude pruning found the mask"],
  ["Target", "the data set with its optimizer that is trained on under the mask, with a new classifier"],
  ["Ticket", "the target's own mask and the weights that its search goes back to; transfer: another source's"],
  ["Global-random", "as many weights anywhere but in the classifier, new weights"],
  ["Layer-random", "as many weights in every layer as the source's mask has, drawn anew; new weights"],
  ["Permuted", "the source's mask with the places of each layer permuted; new weights"],
  ["Reinit", "the source's mask; new weights"],
  ["Statistics", "the source's mask; the ticket's kept weights in random places of their layer"],
  ["Weights", "the source's trained weights, all of them"],
  ["Weights-masked", "the source's trained weights behind the mask that was cut from them, not rewound"],
  ["Dense", "the whole network from scratch; l2: with the weight decay that rows held out choose"],
  ["Line", "between the networks of two sources' tickets, trained on the target; its measure is the LII"],
  ["Level", "the number of pruning rounds behind a mask"],
  ["Replicate", "one repetition of everything with its own random seeds; n counts replicates"],
];
