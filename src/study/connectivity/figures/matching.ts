/** The matching experiment (Frankle et al. 2020): do sparse networks reach the dense accuracy where they are stable? */

import { type Band, cutNote } from "../../../figure/band.ts";
import { sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster, stack } from "../../../figure/draw/draw.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import type { Spread } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { errorName, withUnit } from "../../../task/words.ts";
import { denseRange, type Gain, gainsOf, rangeOf, worseSide } from "../gains.ts";
import type { PairData } from "../pair.ts";
import { liiOf, measured, type PairSummary, pairRecords, summarisePairs } from "../statistics.ts";
import { armsNote, divergedPairs, liiNote, ringsNote, spreadNote } from "./caption.ts";
import { armLines, drawStepLines, liiScale, ringOf } from "./step-lines.ts";

const name = "matching";
const title = "Matching and stability of sparse networks";

/** LII, and the measure minus the dense one, of sparse arms, on one axis of k; absent where an arm is missing. */
export function matching({ title: subtitle, measure, band, pairs }: PairData): Figure | AbsentFigure {
  const sparse = pairs.filter(({ arm }) => arm !== "dense");
  if (sparse.length === 0) return { name, absent: "the study has no sparse arm" };
  const gains = gainsOf(pairs, measure);
  if (gains.length === 0) return { name, absent: `there is no dense arm to compare ${pluralOf(measure)} with` };
  const lii = summarisePairs(sparse, liiOf(measure));
  const above = instabilityPanel(lii, { measure, band, pairs: sparse });
  const below = gainsPanel(gains, { measure, band });
  const drawing = stack([above.drawing, below.drawing]);
  const cut = above.cut || below.cut;
  const caption = captionOf({ measure, band, pairs: sparse }, { gains, cut });
  const svg = poster({ title, caption, subtitle }, drawing);
  const summaries = gains.map(({ dense: _, values: __, ...gain }) => gain);
  const records = [...measured(liiWords(measure), lii), ...measured(gainWords(measure), summaries)];
  const values = [
    ...measured(liiWords(measure), pairRecords(sparse, liiOf(measure))),
    ...measured(
      gainWords(measure),
      gains.flatMap((gain) => gain.values),
    ),
  ];
  return { name, title, caption, svg, drawing, ...csvOf(records, values) };
}

function pluralOf(measure: Measure): string {
  return isFraction(measure) ? "accuracies" : measure.title;
}

function isFraction({ unit }: Measure): boolean {
  return unit === "fraction";
}

function liiWords(measure: Measure): string {
  return withUnit(`LII of the test ${errorName(measure)}`, measure);
}

function gainWords(measure: Measure): string {
  const words = `${measure.title} - dense`;
  return isFraction(measure) ? `${words} (points)` : withUnit(words, measure);
}

type Sparse = Omit<PairData, "title">;

/** A drawing, and that its bands are cut off, if they are. */
interface Panel {
  readonly drawing: string;
  readonly cut: string;
}

function instabilityPanel(lii: readonly PairSummary[], { measure, band, pairs }: Sparse): Panel {
  const lines = armLines(lii).map((line) => {
    const own = pairs.filter(({ arm }) => arm === line.text);
    return { ...line, ring: ringOf(own, measure) };
  });
  const scale = liiScale(lines, measure);
  const options = { yLabel: liiWords(measure), band, ...scale, height: 270, named: false };
  return { drawing: drawStepLines(lines, options), cut: cutNote(lii, { band, domain: scale.domain }) };
}

function gainsPanel(gains: readonly PairSummary[], { measure, band }: { measure: Measure; band: Band }): Panel {
  const words = `Test ${measure.title} minus the dense one`;
  const domain = gainDomain(gains, measure);
  const drawing = drawStepLines(armLines(gains), {
    yLabel: isFraction(measure) ? `${words} (percentage points)` : withUnit(words, measure),
    ...{ domain, band, rule: { y: 0, dash: "7 5" }, height: 310 },
  });
  return { drawing, cut: cutNote(gains, { band, domain }) };
}

function gainDomain(gains: readonly Spread[], measure: Measure): [number, number] {
  const finite = gains.flatMap(({ min, max }) => [min, max]).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const margin = Math.max(0.05 * (high - low), isFraction(measure) ? 0.05 : 0) || 1;
  return [low - margin, high + margin];
}

function captionOf(
  { measure, band, pairs: sparse }: Sparse,
  { gains, cut }: { gains: readonly Gain[]; cut: string },
): string {
  const deviations = rangeOf(
    gains.map(({ dense }) => dense.sd),
    measure,
  );
  const allowed = deviations === "" ? "" : `, standard deviations ${deviations}`;
  return sentences(
    "Above: instability against the iteration k that the weights were put back to. Below: what the copies reach.",
    liiNote(measure),
    ringsNote(measure),
    `Dashed: the dense networks of the same k (means ${denseRange(gains, measure)}${allowed});`,
    `a sparse network matches them where it is on average at most one standard deviation of theirs ${worseSide(measure)}.`,
    "Differences are paired by replicate.",
    isFraction(measure) ? "Matching and stability arrive together where both curves settle at the same k." : "",
    armsNote(sparse),
    spreadNote(gains, { of: "pairs and copies", band }),
    cut,
    divergedPairs(sparse),
  );
}
