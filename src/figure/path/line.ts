/** The error along the straight path between any two networks. */

import { instabilityOf } from "../../connectivity/instability.ts";
import { gapsOf, type Path } from "../../connectivity/path.ts";
import type { Measure } from "../../task/task.ts";
import { digits, errorName, unitOf } from "../../task/words.ts";
import { sentences } from "../draw/caption.ts";
import { toCsv } from "../draw/csv.ts";
import { poster } from "../draw/draw.ts";
import type { Figure } from "../figure.ts";
import { drawPaths, recomputedNote } from "./draw-paths.ts";
import { criterionNote, drawn, gapsNote, pathPoints, undefinedLii } from "./points.ts";

const name = "line";

/** What a path is called. */
interface LineWords {
  readonly title: string;
  readonly measure: Measure;
  readonly ends: readonly [a: string, b: string];
}

/**
 * Test and train error against alpha.
 * @param words `title`: what was studied, in words; `measure`: what the path scores; `ends`: names of the networks at
 *   alpha 1 and 0
 */
export function lineFigure(path: Path, { title: subtitle, measure, ends: [a, b] }: LineWords): Figure {
  const points = pathPoints([{ ...path, replicate: 0 }], measure);
  const drawing = drawPaths(points, { measure });
  const title = `The ${errorName(measure)} between two networks`;
  const caption = sentences(
    `Alpha runs along the straight line between their weights, from ${b} (0) to ${a} (1); a hump is a barrier.`,
    liiNote(path, measure),
    criterionNote(measure),
    recomputedNote(points),
    gapsNote(points),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const csv = toCsv(
    points.map(({ measure: set, statistics, alpha, mean }) => ({ measure: set, statistics, alpha, error: mean })),
  );
  return { name, title, caption, svg, drawing, csv };
}

function liiNote({ interpolated }: Path, measure: Measure): string {
  const { testError } = instabilityOf(interpolated);
  if (!Number.isFinite(testError)) return `${undefinedLii(gapsOf(interpolated))}.`;
  const lii = `${digits(measure, drawn(measure, testError))}${unitOf(measure)}`;
  return `LII, the highest test ${errorName(measure)} minus the mean of its two ends: ${lii}.`;
}
