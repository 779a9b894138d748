/** Tickets of one optimizer under another, on the same data: minus the target's own tickets, against density. */
import { divergedNote, replicatesNote, sentences } from "../../../../figure/draw/caption.ts";
import { csvOf } from "../../../../figure/draw/csv.ts";
import { poster } from "../../../../figure/draw/draw.ts";
import type { AbsentFigure, Figure } from "../../../../figure/figure.ts";
import { pairedDifferences } from "../../../../figure/spread.ts";
import { gainOf, type TransferData, type TransferRow } from "../../row.ts";
import { valuesOf } from "../../statistics.ts";
import { drawGaps, type Gap, gapOf, gapValues } from "./gap-lines.ts";

const name = "optimizers";

/** A line for every pair of optimizers of one data set; absent where no source differs from its target in the optimizer alone. */
export function optimizers({ title: subtitle, rows, band }: TransferData): Figure | AbsentFigure {
  const gaps = gapsOf(rows);
  if (gaps.length === 0) return { name, absent: "no source differs from its target in the optimizer alone" };
  const drawing = drawGaps(gaps, { yLabel: "Minus the target's own tickets (points)", band });
  const title = "Tickets under another optimizer";
  const caption = sentences(
    "Tickets of the same data set found with another optimizer, minus the target's own; at 0 they transfer wholly.",
    replicatesNote(gaps, band),
    divergedNote(gaps).replace(", marked × at the bottom and left out of the means", ", left out of the means"),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const records = gaps.map(({ values: _, ...gap }) => gap);
  return { name, title, caption, svg, drawing, ...csvOf(records, gapValues(gaps)) };
}

function gapsOf(rows: readonly TransferRow[]): Gap[] {
  const other = rows.filter(
    ({ arm, from, on }) => arm === "transfer" && from?.data === on?.data && from?.optimizer !== on?.optimizer,
  );
  const places = new Map(other.map((row) => [JSON.stringify([row.source, row.target, row.level]), row]));
  return [...places.values()].map(({ source, target, level, from, on }) => {
    const at = (is: (row: TransferRow) => boolean) =>
      rows.filter((row) => row.target === target && row.level === level && is(row));
    const carried = at((row) => row.source === source && row.arm === "transfer");
    const values = pairedDifferences(
      valuesOf(carried, gainOf),
      valuesOf(
        at(({ arm }) => arm === "ticket"),
        gainOf,
      ),
    );
    const words = `${target}: ${from!.optimizer} to ${on!.optimizer}`;
    const data = target.replace(`-${on!.optimizer}`, "");
    return gapOf({ name: words.replace(target, data), level, rows: carried }, values);
  });
}
