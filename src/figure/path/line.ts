/** The error along the straight path between any two networks. */

import { instabilityOf } from "../../connectivity/instability.ts";
import type { Path } from "../../connectivity/path.ts";
import { sentences } from "../draw/caption.ts";
import { toCsv } from "../draw/csv.ts";
import { poster } from "../draw/draw.ts";
import type { Figure } from "../figure.ts";
import { drawPaths, recomputedNote } from "./draw-paths.ts";
import { pathPoints, percent } from "./points.ts";

const name = "line";
const title = "The error between two networks";

/**
 * Test and train error (%) against alpha.
 * @param words `title`: what was studied, in words; `ends`: names of the networks at alpha 1 and 0
 */
export function lineFigure(
  path: Path,
  { title: subtitle, ends: [a, b] }: { title: string; ends: readonly [a: string, b: string] },
): Figure {
  const points = pathPoints([path]);
  const drawing = drawPaths(points);
  const lii = percent(instabilityOf(path.interpolated).testError).toFixed(2);
  const caption = sentences(
    `Alpha runs along the straight line between their weights, from ${b} (0) to ${a} (1); a hump is a barrier.`,
    `LII, the highest test error minus the mean of its two ends: ${lii} %.`,
    recomputedNote(points),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const csv = toCsv(
    points.map(({ measure, statistics, alpha, mean }) => ({ measure, statistics, alpha, error: mean })),
  );
  return { name, title, caption, svg, drawing, csv };
}
