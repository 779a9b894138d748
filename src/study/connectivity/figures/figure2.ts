/** Figure 2 of the survey: the error along the straight path between two dense networks, a panel for each model. */

import { cutNote } from "../../../figure/band.ts";
import { sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster } from "../../../figure/draw/draw.ts";
import { grouped } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { drawPaths, pathsDomain, recomputedNote } from "../../../figure/path/draw-paths.ts";
import { gapsNote } from "../../../figure/path/points.ts";
import { panelsOf } from "../../../figure/spread.ts";
import { errorName } from "../../../task/words.ts";
import type { PairData, PairRow } from "../pair.ts";
import { type PathSummary, pathsOfReplicates, stepsOf, summarisePaths } from "../statistics.ts";
import { spreadNote } from "./caption.ts";

const name = "figure2";

/** Test and train error against alpha for the smallest k of every model; absent without dense pairs. */
export function figure2({ title: subtitle, measure, band, pairs }: PairData): Figure | AbsentFigure {
  const shown = earliest(pairs.filter(({ arm }) => arm === "dense"));
  if (shown.length === 0) return { name, absent: "there are no pairs of dense networks" };
  const summaries = summarisePaths(shown, measure);
  const caption = captionOf({ measure, band, pairs: shown }, summaries);
  const drawing = drawPaths(summaries, { measure, band });
  const title = `The ${errorName(measure)} between two networks`;
  const svg = poster({ title, caption, subtitle }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf(summaries, pathsOfReplicates(shown, measure)) };
}

function earliest(pairs: readonly PairRow[]): PairRow[] {
  return panelsOf(pairs).flatMap((panel) => {
    const own = pairs.filter((pair) => pair.panel === panel);
    return own.filter(({ step }) => step === stepsOf(own)[0]);
  });
}

function captionOf({ measure, band, pairs }: Omit<PairData, "title">, summaries: readonly PathSummary[]): string {
  const steps = stepsOf(pairs);
  const started = steps.every((step) => step === 0)
    ? "Both networks started from the same initial weights"
    : `Both networks share their training up to iteration ${steps.map(grouped).join(" or ")}`;
  return sentences(
    `${started} and differ in SGD noise alone: order, augmentation and dropout.`,
    "Alpha runs along the straight line between their weights, from one (0) to the other (1); a hump is a barrier.",
    recomputedNote(summaries),
    spreadNote(summaries, { band }),
    cutNote(summaries, { band, domain: pathsDomain(summaries, measure) }),
    gapsNote(
      summaries,
      pairs.reduce((sum, pair) => sum + valuesOn(pair), 0),
    ),
  );
}

/** Test and train errors along the line of a pair. */
function valuesOn({ path, recomputed }: PairRow): number {
  return 2 * (path.alphas.length + (recomputed?.alphas.length ?? 0));
}
