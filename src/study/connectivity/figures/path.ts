/** The error along the path between two copies, a line for each iteration at which they part. */

import * as Plot from "@observablehq/plot";
import { sentences } from "../../../figure/draw/caption.ts";
import { sequentialColors } from "../../../figure/draw/colors.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster } from "../../../figure/draw/draw.ts";
import { spreadLevels } from "../../../figure/draw/labels.ts";
import { largeTicks } from "../../../figure/draw/large-ticks.ts";
import { floor, series } from "../../../figure/draw/marks.ts";
import { thousands } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { errorDomain, gapsNote, isolated } from "../../../figure/path/points.ts";
import type { Measure } from "../../../task/task.ts";
import { errorName, withUnit } from "../../../task/words.ts";
import type { PairData } from "../pair.ts";
import { type PathSummary, pathsOfReplicates, stepsOf, summarisePaths } from "../statistics.ts";
import { spreadNote } from "./caption.ts";

const name = "path";

/** Iterations that the key names. */
const NAMED = 7;

/** Test error against alpha for every k, dense networks; absent without them. */
export function path({ title: subtitle, measure, pairs }: PairData): Figure | AbsentFigure {
  const dense = pairs.filter(({ arm }) => arm === "dense");
  if (dense.length === 0) return { name, absent: "there are no pairs of dense networks" };
  const summaries = summarisePaths(dense, measure).filter(isDrawn);
  const caption = sentences(
    "Alpha runs along the straight line between the weights of two dense networks, from one (0) to the other (1).",
    "They share their training up to iteration k and differ in SGD noise after it; lighter lines part later.",
    "A hump is a barrier; a flat line says that both lie in one basin.",
    spreadNote(summaries, {}),
    gapsNote(
      summaries,
      dense.reduce((sum, pair) => sum + pair.path.alphas.length, 0),
    ),
  );
  const title = `The ${errorName(measure)} between two copies`;
  const drawing = drawPaths(summaries, measure);
  const svg = poster({ title, caption, subtitle }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf(summaries, pathsOfReplicates(dense, measure).filter(isDrawn)) };
}

function isDrawn({ measure: set, statistics }: Pick<PathSummary, "measure" | "statistics">): boolean {
  return set === "test" && statistics === "interpolated";
}

function drawPaths(summaries: readonly PathSummary[], measure: Measure): string {
  const steps = stepsOf(summaries);
  const colors = sequentialColors(steps.length);
  const color = ({ step }: PathSummary) => colors[steps.indexOf(step)]!;
  const means = summaries.map(({ mean }) => mean);
  const domain = errorDomain(means, measure);
  const alone = steps.flatMap((step) => isolated(summaries.filter((each) => each.step === step)));
  return draw({
    key: keyOf(steps, colors),
    yLabel: withUnit(`Test ${errorName(measure)}`, measure),
    marginRight: 24,
    x: { domain: [0, 1], axis: null, inset: 3 },
    y: { domain, ...largeTicks(domain), grid: true, ticks: 6, label: null },
    marks: [
      ...steps.map((step, i) =>
        Plot.lineY(
          summaries.filter((each) => each.step === step),
          { ...series(`k = ${thousands(step)}`), x: "alpha", y: "mean", stroke: colors[i]!, strokeWidth: 2.2 },
        ),
      ),
      ...(alone.length > 0 ? [Plot.dot(alone, { x: "alpha", y: "mean", fill: color, r: 3 })] : []),
      floor,
      Plot.axisX([0, 0.25, 0.5, 0.75, 1], {
        ...{ text: String, label: "Alpha", labelAnchor: "center", labelArrow: "none", labelOffset: 44 },
      }),
    ],
  });
}

function keyOf(steps: readonly number[], colors: readonly string[]): string {
  const entry = (step: number) => {
    const fill = colors[steps.indexOf(step)]!;
    return `<tspan dx="14" font-weight="bold" fill="${fill}">${thousands(step)}</tspan>`;
  };
  return `Parted at k =${spreadLevels(steps, NAMED).map(entry).join("")}`;
}
