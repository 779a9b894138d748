/** The matching experiment (Frankle et al. 2020): do sparse networks reach the dense accuracy where they are stable? */

import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { poster, stack } from "../../../figure/draw/draw.ts";
import { twoDecimals } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { percent, STABLE } from "../../../figure/path/points.ts";
import { describe, type Spread } from "../../../figure/spread.ts";
import type { PairData, PairRow } from "../pair.ts";
import {
  copiesOf,
  firstStable,
  instabilityPercent,
  measured,
  type PairSummary,
  summarisePairs,
} from "../statistics.ts";
import { armsNote, divergedPairs, LII_NOTE, spreadNote } from "./caption.ts";
import { armLines, domainFromZero, drawStepLines, lower, type StepLine, upper } from "./step-lines.ts";

const name = "matching";
const title = "Matching and stability of sparse networks";

/** Test accuracy (%) of all dense copies of these pairs, whatever iteration they parted at. */
export function denseAccuracy(pairs: readonly PairRow[]): Spread {
  const copies = copiesOf(pairs).filter(({ arm }) => arm === "dense");
  return describe(copies.map(({ testAccuracy }) => percent(testAccuracy)));
}

/**
 * Test accuracy of the copies of sparse arms minus the mean of the dense ones, in percentage points.
 * @param pairs of one network
 */
export function accuracyGains(pairs: readonly PairRow[]): PairSummary[] {
  const { mean } = denseAccuracy(pairs);
  const sparse = copiesOf(pairs).filter(({ arm }) => arm !== "dense");
  return summarisePairs(sparse, ({ testAccuracy }) => percent(testAccuracy) - mean);
}

/** Whether copies match: their mean accuracy is no more than one standard deviation of the dense ones below the dense mean. */
export function isMatching(gain: Spread, dense: Spread): boolean {
  return gain.mean >= (Number.isFinite(dense.sd) ? -dense.sd : 0);
}

/** LII (%) and accuracy minus the dense one (points) of sparse arms, on one axis of k; absent where an arm is missing. */
export function matching({ title: subtitle, pairs }: PairData): Figure | AbsentFigure {
  const sparse = pairs.filter(({ arm }) => arm !== "dense");
  const dense = denseAccuracy(pairs);
  if (sparse.length === 0) return { name, absent: "the study has no sparse arm" };
  if (dense.n === 0) return { name, absent: "there is no dense arm to compare accuracies with" };
  const lii = summarisePairs(sparse, instabilityPercent);
  const gains = accuracyGains(pairs);
  const drawing = stack([drawInstability(lii, sparse), drawGains(gains)]);
  const caption = captionOf(sparse, { dense, gains });
  const svg = poster({ title, caption, subtitle }, drawing);
  const csv = toCsv([...measured("LII of the test error (%)", lii), ...measured("accuracy - dense (points)", gains)]);
  return { name, title, caption, svg, drawing, csv };
}

function drawInstability(lii: readonly PairSummary[], sparse: readonly PairRow[]): string {
  const ring = (line: StepLine) => firstStable(sparse.filter(({ arm }) => arm === line.text));
  const lines = armLines(lii).map((line) => ({ ...line, ring: ring(line) }));
  return drawStepLines(lines, {
    yLabel: "LII of the test error (%)",
    domain: domainFromZero(lines, 100 * STABLE),
    rule: { y: 100 * STABLE, dash: "2 5" },
    height: 270,
    named: false,
  });
}

function drawGains(gains: readonly PairSummary[]): string {
  return drawStepLines(armLines(gains), {
    yLabel: "Test accuracy minus the dense one (percentage points)",
    domain: gainDomain(gains),
    rule: { y: 0, dash: "7 5" },
    height: 310,
  });
}

function gainDomain(gains: readonly Spread[]): [number, number] {
  const finite = gains.flatMap((gain) => [lower(gain), upper(gain)]).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const margin = Math.max(0.05 * (high - low), 0.05);
  return [low - margin, high + margin];
}

function captionOf(
  sparse: readonly PairRow[],
  { dense, gains }: { dense: Spread; gains: readonly PairSummary[] },
): string {
  const points = Number.isFinite(dense.sd) ? `, standard deviation ${twoDecimals(dense.sd)}` : "";
  return sentences(
    "Above: instability against the iteration k that the weights were put back to. Below: what the copies reach.",
    LII_NOTE,
    "Rings: the first k from which on the mean is stable.",
    `Dashed: the dense network (${twoDecimals(dense.mean)} %${points}, n = ${dense.n});`,
    "a sparse network matches it where its mean is at most one such deviation below.",
    "Matching and stability arrive together where both curves settle at the same k.",
    armsNote(sparse),
    spreadNote(gains, sparse, { of: "copies", bands: "one standard deviation" }),
    divergedPairs(sparse),
  );
}
