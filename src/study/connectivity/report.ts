/** What a report says of pairs: its findings, a table by network, arm and iteration, and the words it uses. */

import { intervalText } from "../../figure/draw/caption.ts";
import { grouped, shortPercent, twoDecimals } from "../../figure/draw/text.ts";
import { drawn, stableBelow } from "../../figure/path/points.ts";
import { panelsOf, type Spread } from "../../figure/spread.ts";
import { table } from "../../figure/tables.ts";
import { LEAST } from "../../statistics/verdict.ts";
import type { Measure } from "../../task/task.ts";
import { axisOf, digits, errorName, gapDigits, gapUnit, withUnit } from "../../task/words.ts";
import type { StudyReport } from "../kind.ts";
import { GLOSSARY } from "../networks/glossary.ts";
import { angleOf, distanceOf } from "./figures/separation.ts";
import { pairFindings } from "./findings.ts";
import { type Gain, gainsOf, isMatching, worseSide } from "./gains.ts";
import type { PairData, PairRow } from "./pair.ts";
import { copiesOf, floorOf, liiOf, type PairSummary, summarisePairs, trainLiiOf } from "./statistics.ts";

/** Words of linear mode connectivity and their meanings, in reading order. */
function glossaryOf(measure: Measure): readonly (readonly [word: string, meaning: string])[] {
  const error = errorName(measure);
  const stable = `with an LII of the test ${error} below 2 %: SGD noise after k does not leave the basin`;
  return [
    ["Copies", "networks trained from the same weights with other SGD noise: order of the data, augmentation, dropout"],
    ["k", "the iteration at which copies part; at 0 they share the initialisation alone"],
    ["Pair", "two copies; n counts replicates, that is initialisations, and pairs of each are averaged first"],
    ["Path", "the networks alpha A + (1 - alpha) B on the straight line between a pair; alpha 1 is A, alpha 0 is B"],
    [
      "LII",
      `linear interpolation instability: the maximum of a value, here the ${error}, over the path minus the mean of its two ends`,
    ],
    ...(stableBelow(measure) === null ? [] : [["Stable", stable] as const]),
    [
      "Matching",
      `with a mean ${measure.title} no more than one standard deviation of the dense networks of the same k ${worseSide(measure)} theirs, in pairs of replicates`,
    ],
    ["Recomputed", "with batch norm's running statistics measured anew at every alpha, not interpolated"],
    ["Update", "the way from the weights that a pair shares at k to those of a copy at the end of training"],
  ];
}

/** The report of pairs. */
export function pairReport(pairs: readonly PairRow[], measure: Measure): StudyReport {
  const sections = [{ title: "Pairs by arm and iteration", html: pairTable({ measure, pairs }) }];
  return { findings: pairFindings(pairs, measure), sections, glossary: [...glossaryOf(measure), ...GLOSSARY] };
}

type Measured = Pick<PairData, "measure" | "pairs">;

/** A row for every network, arm and k: LII, the measure, and how far the copies part. */
function pairTable({ measure, pairs }: Measured): string {
  const named = panelsOf(pairs)[0] !== undefined;
  const columns = columnsOf({ measure, pairs });
  const body = summarisePairs(pairs, liiOf(measure)).map((summary) => {
    const cells = columns.map(([, cell]) => cell(summary));
    return [...(named ? [summary.panel ?? ""] : []), summary.arm, grouped(summary.step), ...cells];
  });
  return table([...(named ? ["Network"] : []), "Arm", "k", ...columns.map(([header]) => header)], body);
}

type Column = readonly [header: string, cell: (summary: PairSummary) => string];

function columnsOf({ measure, pairs }: Measured): Column[] {
  const number = (value: number) => digits(measure, value);
  const text = (spread: Spread | undefined) => shown(spread, number);
  const gain = gainFinder({ measure, pairs });
  const limit = stableBelow(measure);
  const finder = (all: readonly PairSummary[]) => (at: PairSummary) => all.find((each) => isSame(each, at));
  const mean = (value: (pair: PairRow) => number | null) => {
    const find = finder(summarisePairs(pairs, value));
    return (at: PairSummary) => find(at);
  };
  const ends = finder(summarisePairs(copiesOf(pairs), ({ end }) => drawn(measure, end)));
  const lii = (words: string, value: (pair: PairRow) => number | null): Column => {
    const find = mean(value);
    return [words, (at) => text(find(at))];
  };
  const [distance, angle] = [mean(distanceOf), mean(angleOf)];
  const hasRecomputed = pairs.some(({ recomputedInstability }) => recomputedInstability !== null);
  const error = errorName(measure);
  return [
    ["Weights remaining (%)", (at) => shortPercent(100 * pairs.find((pair) => isSame(pair, at))!.density)],
    [withUnit(`LII of the test ${error}`, measure), ({ mean }) => number(mean)],
    ["95 % interval", (at) => intervalText(at, number) || "–"],
    ["Min", ({ min }) => digits(measure, min)],
    ["Max", ({ max }) => digits(measure, max)],
    ["n", ({ n }) => String(n)],
    lii("Floor, half the ends' difference", floorOf(measure)),
    ["Diverged", ({ diverged }) => String(diverged)],
    ...(limit === null ? [] : [["Stable", (at) => judged(at.n, at.mean < limit)] satisfies Column]),
    lii(withUnit(`of the train ${error}`, measure), trainLiiOf(measure)),
    ...(hasRecomputed ? [lii("recomputed", recomputedOf(measure))] : []),
    [axisOf("Test", measure), (at) => text(ends(at))],
    [gapWords(measure), (at) => gainText(gain(at), measure)],
    ["Matching", (at) => matchText(gain(at), measure)],
    ["L2 distance", (at) => shown(distance(at), twoDecimals)],
    ["Angle (°)", (at) => shown(angle(at), twoDecimals)],
  ];
}

function recomputedOf(measure: Measure): (pair: PairRow) => number | null {
  return ({ recomputedInstability }) => recomputedInstability && drawn(measure, recomputedInstability.testError);
}

type At = Pick<PairSummary, "panel" | "arm" | "step">;

function isSame(one: At, other: At): boolean {
  return one.panel === other.panel && one.arm === other.arm && one.step === other.step;
}

function gainFinder({ measure, pairs }: Measured): (at: PairSummary) => Gain | undefined {
  const gains = gainsOf(pairs, measure);
  return (at) => gains.find((gain) => isSame(gain, at) && gain.n > 0);
}

/** The heading of the differences to dense networks. */
function gapWords(measure: Measure): string {
  const unit = gapUnit(measure).trim();
  return `minus dense${unit && ` (${unit})`}`;
}

function gainText(gain: Gain | undefined, measure: Measure): string {
  return shown(gain, (value) => gapDigits(measure, value, gain!.dense.mean));
}

function matchText(gain: Gain | undefined, measure: Measure): string {
  return gain === undefined ? "–" : judged(gain.n, isMatching(gain, measure));
}

/** What a mean says of so many replicates: nothing below the least number of them. */
function judged(n: number, holds: boolean): string {
  if (n < LEAST) return `n < ${LEAST}`;
  return holds ? "yes" : "no";
}

/** A mean with its interval. */
function shown(spread: Spread | undefined, text: (value: number) => string): string {
  if (spread === undefined) return "–";
  const interval = intervalText(spread, text, " (");
  return `${text(spread.mean)}${interval && `${interval})`}`;
}
