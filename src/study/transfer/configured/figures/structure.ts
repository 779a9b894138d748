/** Structure beside weights: tickets of other sources minus these sources' trained weights, against density. */
import { divergedNote, replicatesNote, sentences } from "../../../../figure/draw/caption.ts";
import { csvOf } from "../../../../figure/draw/csv.ts";
import { poster, stack } from "../../../../figure/draw/draw.ts";
import type { AbsentFigure, Figure } from "../../../../figure/figure.ts";
import { pairedDifferences } from "../../../../figure/spread.ts";
import { gainOf, hasLevel, type TransferArm, type TransferData, type TransferRow } from "../../row.ts";
import { valuesOf } from "../../statistics.ts";
import { targetsIn } from "../statistics.ts";
import { drawGaps, type Gap, gapOf, gapValues } from "./gap-lines.ts";

const name = "structure";

const AGAINST = [
  ["weights-masked", "Minus trained weights behind the same masks (points)"],
  ["weights", "Minus all trained weights (points)"],
] as const;

/** A panel for each form of the weights, a line a target; absent where no trained weights were carried over. */
export function structure({ title: subtitle, rows, band }: TransferData): Figure | AbsentFigure {
  const panels = AGAINST.flatMap(([arm, yLabel]) => {
    const gaps = gapsTo(rows, arm);
    return gaps.length > 0 ? [{ yLabel, gaps: gaps.map((gap) => ({ arm, ...gap })) }] : [];
  });
  if (panels.length === 0) return { name, absent: "no trained weights of a source were carried over" };
  const all = panels.flatMap(({ gaps }) => gaps);
  const drawing = stack(panels.map(({ yLabel, gaps }) => drawGaps(gaps, { yLabel, band })));
  const title = "Structure beside weights";
  const caption = sentences(
    "Tickets of other sources minus these sources' trained weights, by target; above 0 the structure is better.",
    "All have the target's new classifier and the same iterations on it.",
    replicatesNote(all, band),
    divergedNote(all).replace(", marked × at the bottom and left out of the means", ", left out of the means"),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const records = all.map(({ values: _, ...gap }) => gap);
  return {
    name,
    title,
    caption,
    svg,
    drawing,
    ...csvOf(
      records,
      panels.flatMap(({ gaps }) => gapValues(gaps)),
    ),
  };
}

function gapsTo(rows: readonly TransferRow[], minus: TransferArm): Gap[] {
  const levels = [...new Set(rows.filter(({ arm }) => arm === "transfer").map(({ level }) => level))];
  return targetsIn(rows).flatMap((target) =>
    levels.flatMap((level) => {
      const of = (arm: TransferArm) =>
        rows.filter((row) => row.target === target && row.arm === arm && (row.level === level || !hasLevel(row)));
      const own = of("transfer");
      const values = pairedDifferences(valuesOf(own, gainOf), valuesOf(of(minus), gainOf));
      return values.length > 0 ? [gapOf({ name: target, level, rows: own }, values)] : [];
    }),
  );
}
