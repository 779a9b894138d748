/** How near attention comes to its target inside random projections, against their width. */

import * as Plot from "@observablehq/plot";
import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { endNames } from "../../../figure/draw/marks.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { type AttentionRow, rowsOf, type StrongData } from "../rows.ts";
import { attentionSlope } from "../slopes.ts";
import { decades, NAME_MARGIN, STYLES } from "./style.ts";

const name = "attention";
const title = "Attention inside random projections";

/** What is drawn: its field, its name and looks. */
const LINES = [
  { of: "productError", text: "products", style: STYLES.orseau },
  { of: "outputError", text: "output", style: STYLES.malach },
] as const;

/** Errors on a log scale against the hidden width of a head. */
export function attention({ title: subtitle, rows }: StrongData): Figure | AbsentFigure {
  const all = rowsOf(rows, "attention");
  if (all.length === 0) return { name, absent: "no attention was built" };
  const drawing = drawLines(all);
  const caption = sentences(
    "The largest distance of an entry of the merged products of queries and keys and of values and outputs, and of the output of attention over random tokens of length 1; medians over random networks.",
    ...(all.length > 1
      ? LINES.map(
          ({ of, text }) =>
            `${text}: slope ${attentionSlope(all, of).toFixed(2)} in log2 for each hidden dimension of an input.`,
        )
      : []),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const csv = toCsv(
    all.map(({ units, width, productError, outputError }) => ({ units, width, productError, outputError })),
  );
  return { name, title, caption, svg, drawing, csv };
}

function drawLines(rows: readonly AttentionRow[]): string {
  const sorted = [...rows].sort((a, b) => a.width - b.width);
  const domain = decades(rows.flatMap((row) => LINES.map(({ of }) => row[of])));
  const ends = LINES.map(({ of, text, style }) => ({
    text,
    color: style.color,
    x: sorted.at(-1)!.width,
    y: sorted.at(-1)![of],
  }));
  return draw({
    yLabel: "Largest distance (log scale)",
    marginLeft: 72,
    marginRight: NAME_MARGIN,
    x: { domain: [sorted[0]!.width, sorted.at(-1)!.width], axis: null, inset: 10 },
    y: { type: "log", domain: [...domain], grid: true, ticks: 6, tickFormat: "~e", label: null },
    marks: [
      ...LINES.flatMap(({ of, style: { color, symbol } }) => [
        Plot.lineY(sorted, { x: "width", y: of, stroke: color, strokeWidth: 2 }),
        Plot.dot(sorted, { x: "width", y: of, fill: color, symbol, r: 4.5 }),
      ]),
      Plot.axisX(
        sorted.map(({ width }) => width),
        { text: String, label: "Hidden width of a head", labelAnchor: "center", labelArrow: "none", labelOffset: 44 },
      ),
      endNames(ends, { domain, log: true }),
    ],
  });
}
