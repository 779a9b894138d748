/** What a report says of pairs: its findings, a table by network, arm and iteration, and the words it uses. */

import { grouped, shortPercent, twoDecimals } from "../../figure/draw/text.ts";
import { percent, STABLE } from "../../figure/path/points.ts";
import { panelsOf, type Spread } from "../../figure/spread.ts";
import { table } from "../../figure/tables.ts";
import type { StudyReport } from "../kind.ts";
import { GLOSSARY } from "../networks/glossary.ts";
import { accuracyGains, denseAccuracy, isMatching } from "./figures/matching.ts";
import { angleOf, distanceOf } from "./figures/separation.ts";
import { pairFindings } from "./findings.ts";
import type { PairRow } from "./pair.ts";
import { copiesOf, instabilityPercent, type PairSummary, summarisePairs } from "./statistics.ts";

/** Words of linear mode connectivity and their meanings, in reading order. */
const PAIR_GLOSSARY: readonly (readonly [word: string, meaning: string])[] = [
  ["Copies", "networks trained from the same weights with other SGD noise: order of the data, augmentation, dropout"],
  ["k", "the iteration at which copies part; at 0 they share the initialisation alone"],
  ["Pair", "two copies; n counts pairs, over all replicates"],
  ["Path", "the networks alpha A + (1 - alpha) B on the straight line between a pair; alpha 1 is A, alpha 0 is B"],
  [
    "LII",
    "linear interpolation instability: the maximum of a value, here the error, over the path minus the mean of its two ends",
  ],
  ["Stable", "with an LII of the test error below 2 %: SGD noise after k does not leave the basin"],
  ["Matching", "with a mean accuracy no more than one standard deviation of the dense networks below their mean"],
  ["Recomputed", "with batch norm's running statistics measured anew at every alpha, not interpolated"],
  ["Update", "the way from the weights that a pair shares at k to those of a copy at the end of training"],
];

/** The report of pairs. */
export function pairReport(pairs: readonly PairRow[]): StudyReport {
  const sections = [{ title: "Pairs by arm and iteration", html: pairTable(pairs) }];
  return { findings: pairFindings(pairs), sections, glossary: [...PAIR_GLOSSARY, ...GLOSSARY] };
}

/** A row for every network, arm and k: LII, accuracy, and how far the copies part. */
function pairTable(pairs: readonly PairRow[]): string {
  const named = panelsOf(pairs)[0] !== undefined;
  const columns = columnsOf(pairs);
  const body = summarisePairs(pairs, instabilityPercent).map((summary) => {
    const cells = columns.map(([, cell]) => cell(summary));
    return [...(named ? [summary.panel ?? ""] : []), summary.arm, grouped(summary.step), ...cells];
  });
  return table([...(named ? ["Network"] : []), "Arm", "k", ...columns.map(([header]) => header)], body);
}

type Column = readonly [header: string, cell: (summary: PairSummary) => string];

function columnsOf(pairs: readonly PairRow[]): Column[] {
  const finder = (all: readonly PairSummary[]) => (at: PairSummary) => all.find((each) => isSame(each, at));
  const mean = (value: (pair: PairRow) => number | null) => {
    const find = finder(summarisePairs(pairs, value));
    return (at: PairSummary) => shown(find(at));
  };
  const accuracy = finder(summarisePairs(copiesOf(pairs), ({ testAccuracy }) => percent(testAccuracy)));
  const recomputed: Column = ["recomputed", mean(recomputedPercent)];
  return [
    ["Weights remaining (%)", (at) => shortPercent(100 * pairs.find((pair) => isSame(pair, at))!.density)],
    ["LII of the test error (%)", shown],
    ["Min", ({ min }) => twoDecimals(min)],
    ["Max", ({ max }) => twoDecimals(max)],
    ["n", ({ n }) => String(n)],
    ["Diverged", ({ diverged }) => String(diverged)],
    ["Stable", (at) => (at.mean < 100 * STABLE ? "yes" : "no")],
    ["of the train error (%)", mean(({ instability }) => percent(instability.trainError))],
    ...(pairs.some((pair) => recomputedPercent(pair) !== null) ? [recomputed] : []),
    ["Test accuracy (%)", (at) => shown(accuracy(at))],
    ["Matching", matcher(pairs)],
    ["L2 distance", mean(distanceOf)],
    ["Angle (°)", mean(angleOf)],
  ];
}

function recomputedPercent({ recomputedInstability }: PairRow): number | null {
  return recomputedInstability && percent(recomputedInstability.testError);
}

type At = Pick<PairSummary, "panel" | "arm" | "step">;

function isSame(one: At, other: At): boolean {
  return one.panel === other.panel && one.arm === other.arm && one.step === other.step;
}

function matcher(pairs: readonly PairRow[]): (at: PairSummary) => string {
  const panels = panelsOf(pairs).flatMap((panel) => {
    const own = pairs.filter((pair) => pair.panel === panel);
    const dense = denseAccuracy(own);
    return dense.n === 0 ? [] : accuracyGains(own).map((gain) => ({ gain, matches: isMatching(gain, dense) }));
  });
  return (at) => {
    const found = panels.find(({ gain }) => isSame(gain, at));
    return found === undefined ? "–" : found.matches ? "yes" : "no";
  };
}

function shown(spread: Spread | undefined): string {
  if (spread === undefined) return "–";
  const { mean, sd } = spread;
  return Number.isFinite(sd) ? `${twoDecimals(mean)} ± ${twoDecimals(sd)}` : twoDecimals(mean);
}
