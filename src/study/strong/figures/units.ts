/** How many random units a weight needs against epsilon: a power of 1 / epsilon, or its logarithm. */

import * as Plot from "@observablehq/plot";
import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { endNames, series } from "../../../figure/draw/marks.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { CONSTRUCTIONS, type Construction } from "../../../strong/compile.ts";
import { rowsOf, type StrongData, type UnitsRow } from "../rows.ts";
import { growthOf } from "../slopes.ts";
import { decades, NAME_MARGIN, STYLES } from "./style.ts";

const name = "units";
const title = "Random units that a weight needs";

/** Units for 95 % of the weights against epsilon, falling to the right, both on log scales. */
export function units({ title: subtitle, rows }: StrongData): Figure | AbsentFigure {
  const all = rowsOf(rows, "units");
  if (all.length === 0) return { name, absent: "no units were counted" };
  const shown = CONSTRUCTIONS.filter((construction) => all.some((row) => row.construction === construction));
  const drawing = drawLines(all, shown);
  const caption = sentences(
    "Units of one input, drawn one by one until a weight uniform in [-1/2, 1/2] is met within epsilon: as many as 95 % of the weights need. Of burkholz, copies of the neuron that is read, as behind its first layer.",
    ...shown.map((construction) => growthNote(all, construction)),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const csv = toCsv(all.map(({ construction, epsilon, median, most }) => ({ construction, epsilon, median, most })));
  return { name, title, caption, svg, drawing, csv };
}

/** How the units grow, as the theorem has it: a power, or so many for each halving of epsilon. */
function growthNote(rows: readonly UnitsRow[], construction: Construction): string {
  const { power, perBit } = growthOf(rows, construction);
  if (!Number.isFinite(power)) return "";
  return construction === "malach"
    ? `${construction}: slope ${power.toFixed(2)} on these scales.`
    : `${construction}: ${perBit.toFixed(1)} more for each halving of epsilon.`;
}

function drawLines(rows: readonly UnitsRow[], shown: readonly Construction[]): string {
  const epsilons = [...new Set(rows.map(({ epsilon }) => epsilon))].sort((a, b) => b - a);
  const domain = decades(rows.map(({ most }) => most));
  const of = (construction: Construction) =>
    rows.filter((row) => row.construction === construction).sort((a, b) => b.epsilon - a.epsilon);
  const ends = shown.map((text) => {
    const { epsilon: x, most: y } = of(text).at(-1)!;
    return { text, color: STYLES[text].color, x, y };
  });
  return draw({
    yLabel: "Units (log scale)",
    marginRight: NAME_MARGIN,
    x: { type: "log", domain: [epsilons[0]!, epsilons.at(-1)! / (epsilons.length > 1 ? 1 : 2)], axis: null, inset: 10 },
    y: { type: "log", domain: [...domain], grid: true, ticks: 4, tickFormat: "~s", label: null },
    marks: [
      ...shown.flatMap((construction) => {
        const { color, symbol } = STYLES[construction];
        const place = { ...series(construction), x: "epsilon", y: "most" };
        return [
          Plot.lineY(of(construction), { ...place, stroke: color, strokeWidth: 2 }),
          Plot.dot(of(construction), { ...place, fill: color, symbol, r: 4.5 }),
        ];
      }),
      Plot.axisX(epsilons, {
        text: String,
        label: "Epsilon (log scale)",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 44,
      }),
      endNames(ends, { domain, log: true }),
    ],
  });
}
