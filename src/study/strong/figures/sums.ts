/** How near the nearest subset of n random candidates comes to a target: half as far for every candidate more. */

import * as Plot from "@observablehq/plot";
import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { endNames, series } from "../../../figure/draw/marks.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import type { Law } from "../../../strong/needed.ts";
import { rowsOf, type StrongData, type SumsRow } from "../rows.ts";
import { sumSlope } from "../slopes.ts";
import { decades, LAW_STYLES, NAME_MARGIN } from "./style.ts";

const name = "subset-sum";
const title = "Distance of the nearest subset sum";

/** The median distance on a log scale against the number of candidates. */
export function sums({ title: subtitle, rows }: StrongData): Figure | AbsentFigure {
  const all = rowsOf(rows, "sums");
  if (all.length === 0) return { name, absent: "no subsets were measured" };
  const laws = [...new Set(all.map(({ law }) => law))];
  const drawing = drawLines(all, laws);
  const caption = sentences(
    "Median distance of targets uniform in [-1, 1] from the nearest sum of a subset of n candidates, uniform in [-1, 1] or products of two such numbers; every target has candidates of its own.",
    ...laws.map((law) => `${law}: slope ${sumSlope(all, law).toFixed(2)} in log2 a candidate.`),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const csv = toCsv(all.map(({ law, count, error }) => ({ law, count, error })));
  return { name, title, caption, svg, drawing, csv };
}

function drawLines(rows: readonly SumsRow[], laws: readonly Law[]): string {
  const counts = [...new Set(rows.map(({ count }) => count))].sort((a, b) => a - b);
  const domain = decades(rows.map(({ error }) => error));
  const of = (law: Law) => rows.filter((row) => row.law === law).sort((a, b) => a.count - b.count);
  const ends = laws.map((text) => {
    const { count: x, error: y } = of(text).at(-1)!;
    return { text, color: LAW_STYLES[text].color, x, y };
  });
  return draw({
    yLabel: "Median distance (log scale)",
    marginLeft: 72,
    marginRight: NAME_MARGIN,
    x: { domain: [counts[0]!, counts.at(-1)!], axis: null, inset: 10 },
    y: { type: "log", domain: [...domain], grid: true, ticks: 6, tickFormat: "~e", label: null },
    marks: [
      ...laws.flatMap((law) => {
        const { color, symbol } = LAW_STYLES[law];
        const place = { ...series(law), x: "count", y: "error" };
        return [
          Plot.lineY(of(law), { ...place, stroke: color, strokeWidth: 2 }),
          Plot.dot(of(law), { ...place, fill: color, symbol, r: 4.5 }),
        ];
      }),
      Plot.axisX(
        counts.filter((count) => count % 4 === 0),
        { text: String, label: "Candidates n", labelAnchor: "center", labelArrow: "none", labelOffset: 44 },
      ),
      endNames(ends, { domain, log: true }),
    ],
  });
}
