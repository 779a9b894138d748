/** LII against the iteration at which copies part, a line for each arm: dense, and sparse in several ways. */

import { cutNote } from "../../../figure/band.ts";
import { sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster } from "../../../figure/draw/draw.ts";
import type { Figure } from "../../../figure/figure.ts";
import { errorName, withUnit } from "../../../task/words.ts";
import type { PairData } from "../pair.ts";
import { liiOf, pairRecords, summarisePairs } from "../statistics.ts";
import { armsNote, divergedPairs, liiNote, ringsNote, spreadNote } from "./caption.ts";
import { armLines, drawStepLines, liiScale, ringOf } from "./step-lines.ts";

const name = "instability";
const title = "Instability to SGD noise";

/** LII of the test error against k for every arm. */
export function instability({ title: subtitle, measure, band, pairs }: PairData): Figure {
  const summaries = summarisePairs(pairs, liiOf(measure));
  const lines = armLines(summaries).map((line) => {
    const own = pairs.filter(({ arm }) => arm === line.text);
    return { ...line, ring: ringOf(own, measure) };
  });
  const yLabel = withUnit(`LII of the test ${errorName(measure)}`, measure);
  const scale = liiScale(lines, measure);
  const drawing = drawStepLines(lines, { yLabel, band, ...scale });
  const caption = sentences(
    "Each network was trained to iteration k once and from there several times with other SGD noise.",
    liiNote(measure),
    ringsNote(measure),
    armsNote(pairs),
    spreadNote(summaries, { band }),
    cutNote(summaries, { band, domain: scale.domain }),
    divergedPairs(pairs),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf(summaries, pairRecords(pairs, liiOf(measure))) };
}
