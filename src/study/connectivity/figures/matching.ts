/** The matching experiment (Frankle et al. 2020): do sparse networks reach the dense accuracy where they are stable? */

import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { poster, stack } from "../../../figure/draw/draw.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { drawn } from "../../../figure/path/points.ts";
import { describe, type Spread } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { digits, errorName, unitOf, withUnit } from "../../../task/words.ts";
import type { PairData, PairRow } from "../pair.ts";
import { copiesOf, liiOf, measured, type PairSummary, summarisePairs } from "../statistics.ts";
import { armsNote, divergedPairs, liiNote, ringsNote, spreadNote } from "./caption.ts";
import { armLines, drawStepLines, liiScale, lower, ringOf, upper } from "./step-lines.ts";

const name = "matching";
const title = "Matching and stability of sparse networks";

/** The measure (of fractions in %) of all dense copies of these pairs, whatever iteration they parted at. */
export function denseEnds(pairs: readonly PairRow[], measure: Measure): Spread {
  const copies = copiesOf(pairs).filter(({ arm }) => arm === "dense");
  return describe(copies.map(({ end }) => drawn(measure, end)));
}

/**
 * The measure of the copies of sparse arms minus the mean of the dense ones, of fractions in percentage points.
 * @param pairs of one network
 */
export function gainsOf(pairs: readonly PairRow[], measure: Measure): PairSummary[] {
  const { mean } = denseEnds(pairs, measure);
  const sparse = copiesOf(pairs).filter(({ arm }) => arm !== "dense");
  return summarisePairs(sparse, ({ end }) => drawn(measure, end) - mean);
}

/** Whether copies match: their mean is no more than one standard deviation of the dense ones worse than the dense mean. */
export function isMatching(gain: Spread, dense: Spread, { direction }: Pick<Measure, "direction">): boolean {
  const better = direction === "up" ? gain.mean : -gain.mean;
  return better >= (Number.isFinite(dense.sd) ? -dense.sd : 0);
}

/** On which side of another a value is that is worse. */
export function worseSide({ direction }: Pick<Measure, "direction">): "below" | "above" {
  return direction === "up" ? "below" : "above";
}

/** LII, and the measure minus the dense one, of sparse arms, on one axis of k; absent where an arm is missing. */
export function matching({ title: subtitle, measure, pairs }: PairData): Figure | AbsentFigure {
  const sparse = pairs.filter(({ arm }) => arm !== "dense");
  const dense = denseEnds(pairs, measure);
  if (sparse.length === 0) return { name, absent: "the study has no sparse arm" };
  if (dense.n === 0) return { name, absent: `there is no dense arm to compare ${pluralOf(measure)} with` };
  const lii = summarisePairs(sparse, liiOf(measure));
  const gains = gainsOf(pairs, measure);
  const drawing = stack([drawInstability(lii, { measure, pairs: sparse }), drawGains(gains, measure)]);
  const caption = captionOf({ measure, pairs: sparse }, { dense, gains });
  const svg = poster({ title, caption, subtitle }, drawing);
  const records = [...measured(liiWords(measure), lii), ...measured(gainWords(measure), gains)];
  const csv = toCsv(records);
  return { name, title, caption, svg, drawing, csv };
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

type Sparse = Pick<PairData, "measure" | "pairs">;

function drawInstability(lii: readonly PairSummary[], { measure, pairs }: Sparse): string {
  const lines = armLines(lii).map((line) => {
    const own = pairs.filter(({ arm }) => arm === line.text);
    return { ...line, ring: ringOf(own, measure) };
  });
  return drawStepLines(lines, { yLabel: liiWords(measure), ...liiScale(lines, measure), height: 270, named: false });
}

function drawGains(gains: readonly PairSummary[], measure: Measure): string {
  const words = `Test ${measure.title} minus the dense one`;
  return drawStepLines(armLines(gains), {
    yLabel: isFraction(measure) ? `${words} (percentage points)` : withUnit(words, measure),
    domain: gainDomain(gains, measure),
    rule: { y: 0, dash: "7 5" },
    height: 310,
  });
}

function gainDomain(gains: readonly Spread[], measure: Measure): [number, number] {
  const finite = gains.flatMap((gain) => [lower(gain), upper(gain)]).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const margin = Math.max(0.05 * (high - low), isFraction(measure) ? 0.05 : 0) || 1;
  return [low - margin, high + margin];
}

function captionOf(
  { measure, pairs: sparse }: Sparse,
  { dense, gains }: { dense: Spread; gains: readonly PairSummary[] },
): string {
  const points = Number.isFinite(dense.sd) ? `, standard deviation ${digits(measure, dense.sd)}` : "";
  const mean = `${digits(measure, dense.mean)}${unitOf(measure)}`;
  return sentences(
    "Above: instability against the iteration k that the weights were put back to. Below: what the copies reach.",
    liiNote(measure),
    ringsNote(measure),
    `Dashed: the dense network (${mean}${points}, n = ${dense.n});`,
    `a sparse network matches it where its mean is at most one such deviation ${worseSide(measure)}.`,
    isFraction(measure) ? "Matching and stability arrive together where both curves settle at the same k." : "",
    armsNote(sparse),
    spreadNote(gains, sparse, { of: "copies", bands: "one standard deviation" }),
    divergedPairs(sparse),
  );
}
