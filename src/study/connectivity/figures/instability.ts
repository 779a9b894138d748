/** LII against the iteration at which copies part, a line for each arm: dense, and sparse in several ways. */

import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { poster } from "../../../figure/draw/draw.ts";
import type { Figure } from "../../../figure/figure.ts";
import { STABLE } from "../../../figure/path/points.ts";
import type { PairData } from "../pair.ts";
import { firstStable, instabilityPercent, summarisePairs } from "../statistics.ts";
import { armsNote, divergedPairs, LII_NOTE, spreadNote } from "./caption.ts";
import { armLines, domainFromZero, drawStepLines } from "./step-lines.ts";

const name = "instability";
const title = "Instability to SGD noise";

/** LII (%) of the test error against k for every arm. */
export function instability({ title: subtitle, pairs }: PairData): Figure {
  const summaries = summarisePairs(pairs, instabilityPercent);
  const lines = armLines(summaries).map((line) => ({
    ...line,
    ring: firstStable(pairs.filter(({ arm }) => arm === line.text)),
  }));
  const options = { yLabel: "LII of the test error (%)", domain: domainFromZero(lines, 100 * STABLE) };
  const drawing = drawStepLines(lines, { ...options, rule: { y: 100 * STABLE, dash: "2 5" } });
  const caption = sentences(
    "Each network was trained to iteration k once and from there several times with other SGD noise.",
    LII_NOTE,
    "Rings: the first k from which on the mean is stable.",
    armsNote(pairs),
    spreadNote(summaries, pairs, { bands: "one standard deviation" }),
    divergedPairs(pairs),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  return { name, title, caption, svg, drawing, csv: toCsv(summaries.map((summary) => ({ ...summary }))) };
}
