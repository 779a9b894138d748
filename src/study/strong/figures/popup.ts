/** What edge-popup reaches in gadgets and in a wide network of as many weights, over their number (Pensia et al. 2020). */

import * as Plot from "@observablehq/plot";
import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { endNames } from "../../../figure/draw/marks.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { type PopupRow, rowsOf, type StrongData } from "../rows.ts";
import { NAME_MARGIN, STYLES } from "./style.ts";

const name = "popup";
const title = "Edge-popup inside gadgets";

const FORMS = [
  { form: "gadget", style: STYLES.pensia },
  { form: "linear", style: STYLES.burkholz },
  { form: "wide", style: STYLES.orseau },
] as const;

/** Test accuracy over the weights of the random network: a dot for every replicate, lines through their means. */
export function popup({ title: subtitle, rows }: StrongData): Figure | AbsentFigure {
  const all = rowsOf(rows, "popup").filter(({ testAccuracy }) => testAccuracy !== null);
  if (all.length === 0) return { name, absent: "edge-popup chose in no network" };
  const drawing = drawLines(all);
  const caption = sentences(
    `Test accuracy of the ${Math.round(100 * all[0]!.keptFraction)} % of the weights that edge-popup keeps of each layer of a random network whose weights never change. Gadget: a block of units for each input, before every linear layer.`,
    all.some(({ form }) => form === "linear") ? "Linear: the same, its units without a ReLU." : "",
    "Wide: linear layers alone, of as many weights. Dots are replicates, lines their means.",
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const csv = toCsv(
    all.map(({ form, model, replicate, randomParameters, kept, testAccuracy }) => ({
      ...{ form, model, replicate, randomParameters, kept, testAccuracy: testAccuracy! },
    })),
  );
  return { name, title, caption, svg, drawing, csv };
}

interface Point {
  readonly weights: number;
  readonly accuracy: number;
}

const pointOf = ({ randomParameters, testAccuracy }: PopupRow): Point => ({
  weights: randomParameters,
  accuracy: 100 * testAccuracy!,
});

/** The mean of all replicates of each network. */
function means(points: readonly Point[]): Point[] {
  const sizes = [...new Set(points.map(({ weights }) => weights))].sort((a, b) => a - b);
  return sizes.map((weights) => {
    const own = points.filter((point) => point.weights === weights);
    return { weights, accuracy: own.reduce((sum, { accuracy }) => sum + accuracy / own.length, 0) };
  });
}

function drawLines(rows: readonly PopupRow[]): string {
  const points = rows.map(pointOf);
  const lines = FORMS.map(({ form, style }) => {
    const own = rows.filter((row) => row.form === form).map(pointOf);
    return { text: form, style, points: own, means: means(own) };
  }).filter((line) => line.points.length > 0);
  const [low, high] = [Math.min, Math.max].map((end) => end(...points.map(({ accuracy }) => accuracy))) as [
    number,
    number,
  ];
  const margin = Math.max(0.2, 0.08 * (high - low));
  const domain = [low - margin, Math.min(100, high + margin)] as const;
  const sizes = points.map(({ weights }) => weights);
  const ends = lines.map(({ text, style, means: all }) => ({
    text,
    color: style.color,
    x: all.at(-1)!.weights,
    y: all.at(-1)!.accuracy,
  }));
  return draw({
    yLabel: "Test accuracy (%)",
    marginRight: NAME_MARGIN,
    x: { type: "log", domain: [Math.min(...sizes) / 1.1, Math.max(...sizes) * 1.1], axis: null, inset: 10 },
    y: { domain: [...domain], grid: true, ticks: 6, label: null },
    marks: [
      ...lines.flatMap(({ points: own, means: all, style: { color, symbol } }) => [
        Plot.lineY(all, { x: "weights", y: "accuracy", stroke: color, strokeWidth: 2 }),
        Plot.dot(own, { x: "weights", y: "accuracy", fill: color, symbol, r: 4.5, fillOpacity: 0.7 }),
      ]),
      Plot.axisX(
        means(lines[0]!.points).map(({ weights }) => weights),
        {
          tickFormat: (weights: number) => `${Math.round(weights / 1000)}k`,
          label: "Weights of the random network (log scale)",
          labelAnchor: "center",
          labelArrow: "none",
          labelOffset: 44,
        },
      ),
      endNames(ends, { domain, log: false }),
    ],
  });
}
