import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stepPlaces, stepTicks } from "../../figure/draw/step-axis.ts";
import { drawn, STABLE, undefinedLii } from "../../figure/path/points.ts";
import { ACCURACY } from "../../task/words.ts";
import { PAIR_COLUMNS } from "./columns.ts";
import { pairFindings } from "./findings.ts";
import { INSTABILITY_PAIRS, pairsAt, RMSE, regression, withGaps } from "./fixtures/pairs.ts";
import { denseRange, gainsOf, isMatching } from "./gains.ts";
import { instability } from "./kind.ts";
import type { PairArm, PairRow } from "./pair.ts";
import { pairReport } from "./report.ts";
import {
  copiesOf,
  firstStable,
  liiOf,
  pairRecords,
  pathsOfReplicates,
  stepsOf,
  summarisePairs,
  summarisePaths,
} from "./statistics.ts";

const [PAIR] = pairsAt({ arm: "dense", step: 0 });

/** The same of six initialisations. */
const SIX = [0, 2, 4].flatMap((more) =>
  INSTABILITY_PAIRS.map((pair) => ({ ...pair, replicate: pair.replicate + more })),
);

/** One pair for every LII (fraction), at k = 0, 1, 2, ... */
function curve(values: readonly number[]): PairRow[] {
  return values.map((testError, step) => ({ ...PAIR!, step, instability: { ...PAIR!.instability, testError } }));
}

test("the first stable k is the first that no unstable one follows", () => {
  expect(firstStable(curve([0.5, 0.01, 0.3, 0.019, 0]))).toBe(3);
  expect(firstStable(curve([0.01, 0.01]))).toBe(0);
  expect(firstStable(curve([0.5, 0.01, 0.02]))).toBeNull();
  expect(firstStable(curve([0.01, Number.NaN, 0.01]))).toBe(2);
  const values = fc.array(fc.double({ min: 0, max: 0.05, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, (all) => {
      const first = firstStable(curve(all)) ?? all.length;
      expect(all.slice(first).every((value) => value < STABLE)).toBe(true);
      if (first > 0) expect(all[first - 1]).toBeGreaterThanOrEqual(STABLE);
    }),
  );
});

/** Pairs of the given LII in %, at k = 0, a list for each replicate. */
function replicates(...values: readonly (readonly number[])[]): PairRow[] {
  return values.flatMap((own, replicate) =>
    own.flatMap((lii) => curve([lii / 100]).map((pair) => ({ ...pair, replicate }))),
  );
}

test("pairs are averaged within their initialisation first, and n counts initialisations", () => {
  // The mean of pairs would be 2.5, of which three are of one initialisation.
  const pairs = replicates([1, 1, 1], [7]);
  const [summary] = summarisePairs(pairs, liiOf(ACCURACY));
  expect(summary).toMatchObject({ mean: expect.closeTo(4, 10), min: 1, max: expect.closeTo(7, 10), n: 2, diverged: 0 });
  expect(pairRecords(pairs, liiOf(ACCURACY)).map(({ replicate, value }) => [replicate, value])).toEqual([
    [0, 1],
    [1, expect.closeTo(7, 10)],
  ]);
  expect(cellsOf(pairs, ACCURACY)).toMatchObject({ "LII %": "4.00", min: "1.00", max: "7.00", n: "2" });
  // Of pairs 1.75 %, which would be stable.
  expect(firstStable(replicates([0.5, 0.5, 0.5], [5.5]))).toBeNull();
  const lost = summarisePairs(replicates([1, Number.NaN, 3], [Number.NaN], [4]), liiOf(ACCURACY));
  expect(lost[0]).toMatchObject({ mean: expect.closeTo(3, 10), n: 2, diverged: 2 });
});

test("paths are averaged within their initialisation first", () => {
  const errors = (error: number) => ({ ...PAIR!.path, alphas: [0, 1], testError: [error, error], trainError: [0, 0] });
  const path = ([replicate, error]: readonly number[]): PairRow => ({
    ...{ ...PAIR!, replicate: replicate!, path: errors(error!) },
  });
  const pairs = [
    [0, 0.1],
    [0, 0.1],
    [0, 0.1],
    [1, 0.5],
  ].map(path);
  expect(summarisePaths(pairs, ACCURACY)[0]).toMatchObject({ measure: "test", alpha: 0, mean: 30, n: 2 });
  expect(pathsOfReplicates(pairs, ACCURACY)[1]).toMatchObject({ measure: "test", alpha: 0, replicate: 1, value: 50 });
});

describe("gains of matching", () => {
  /** Copies of the arm with these accuracies, at k. */
  const copies = (arm: PairArm, [replicate, step]: readonly [number, number], accuracies: readonly number[]) =>
    accuracies.map((end, copy) => {
      const own = { arm, replicate, step, copies: [2 * copy, 2 * copy + 1] as const, ends: [end, end] as const };
      return { ...PAIR!, ...own };
    });

  test("are over the dense copies of the same k and replicate", () => {
    const pairs = [
      ...copies("dense", [0, 0], [0.9]),
      ...copies("dense", [1, 0], [0.8, 0.84]),
      ...copies("dense", [0, 100], [0.5]),
      ...copies("rewound", [0, 0], [0.92]),
      ...copies("rewound", [1, 0], [0.83]),
      ...copies("rewound", [0, 100], [0.51]),
      ...copies("rewound", [1, 100], [0.99]),
      ...copies("rewound", [0, 200], [0.99]),
    ];
    const gains = gainsOf(pairs, ACCURACY);
    expect(gains.map(({ step, n }) => [step, n])).toEqual([
      [0, 2],
      [100, 1],
    ]);
    expect(gains.map(({ mean }) => mean)).toEqual([expect.closeTo(1.5, 10), expect.closeTo(1, 10)]);
    expect(gains[0]!.values.map(({ value }) => value)).toEqual([expect.closeTo(2, 10), expect.closeTo(1, 10)]);
    expect(denseRange(gains, ACCURACY)).toBe("50.00 to 86.00 %");
  });

  test("allow one deviation of the dense networks of the same k", () => {
    const dense = [...copies("dense", [0, 0], [0.9, 0.92]), ...copies("dense", [0, 100], [0.9, 0.9])];
    const at = (step: number, end: number) => gainsOf([...dense, ...copies("rewound", [0, step], [end])], ACCURACY)[0]!;
    const matches = (step: number, end: number) => isMatching(at(step, end), ACCURACY);
    expect([matches(0, 0.899), matches(0, 0.895), matches(100, 0.897), matches(100, 0.901)]).toEqual([
      ...[true, false, false, true],
    ]);
  });
});

test("it is the mean over pairs that is stable or not", () => {
  expect(firstStable([...curve([0.03]), ...curve([0.005])])).toBe(0);
  expect(firstStable([...curve([0.03]), ...curve([0.011])])).toBeNull();
});

test("summaries come by panel, arm in fixed order and k, whatever the order of the rows", () => {
  const places = (rows: readonly PairRow[]) => summarisePairs(rows, () => 1).map(({ arm, step, n }) => [arm, step, n]);
  expect(places(INSTABILITY_PAIRS.toReversed())).toEqual(places(INSTABILITY_PAIRS));
  expect(places(INSTABILITY_PAIRS).slice(0, 2)).toEqual([
    ["dense", 0, 2],
    ["dense", 50, 2],
  ]);
  const panels = ["b", "a"].flatMap((panel) => pairsAt({ panel, arm: "dense", step: 0 }));
  expect(summarisePairs(panels, () => 1).map(({ panel }) => panel)).toEqual(["b", "a"]);
});

test("a copy in two pairs counts once, and a NaN that was null stays one", () => {
  expect(copiesOf(pairsAt({ arm: "dense", step: 0 }))).toHaveLength(2 * 3);
  expect(drawn(ACCURACY, null)).toBeNaN();
  expect(drawn(ACCURACY, 0.25)).toBe(25);
  expect(drawn(RMSE, 0.25)).toBe(0.25);
});

test("0 stands left of all iterations, and labels never touch", () => {
  const steps = fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(steps, (all) => {
      const places = [...all].sort((a, b) => a - b).map(stepPlaces(all));
      expect(places.every((place, i) => place > 0 && (i === 0 || place > places[i - 1]!))).toBe(true);
      const ticks = stepTicks(all, 9);
      expect(ticks[0]).toBe(Math.min(...all));
      expect(ticks.length).toBeLessThanOrEqual(10);
    }),
  );
  expect(stepTicks([0, 100, 1000, 10_000], 9)).toEqual([0, 100, 1000, 10_000]);
});

test("findings tell LII at 0, the first stable k, and where rewound networks match", () => {
  const text = pairFindings(SIX, ACCURACY).join("\n").replaceAll("\u00a0", " ");
  expect(text).toMatch(
    /^Dense networks that part at k = 0 have an LII of 7\d\.\d\d % \(\d\d\.\d\d to \d\d\.\d\d\); n = 6\./,
  );
  expect(text).toContain("Dense networks are stable from k = 1,000, 5 % of training, on: LII 0.96 %");
  expect(text).toContain("Rewound networks (16.8 % of the weights) are stable from k = ");
  expect(text).toContain("Reinit networks (16.8 % of the weights) are not stable before the end of training");
  expect(text).toMatch(
    /Rewound networks minus dense ones of the same k \(.*\), paired by replicate: -\d\.\d\d points \(-\d.* to -\d.*\) at k = 0, /,
  );
  expect(text).toMatch(
    /Rewound networks are matching and stable at k = .*1,000.*; matching but not stable at k = 200; neither at k = 0, 50; n = 6\./,
  );
  expect(pairFindings(curve([0.5, 0.3]), ACCURACY).at(-1)).toContain(
    "not stable at the last k tried, 1: LII 30.00\u00a0% there; n\u00a0=\u00a01: not established",
  );
  expect(pairFindings([], ACCURACY)).toEqual([]);
});

test("of two initialisations nothing is established", () => {
  const text = pairFindings(INSTABILITY_PAIRS, ACCURACY).join("\n").replaceAll("\u00a0", " ");
  expect(text).toContain("Dense networks have a mean LII below 2 % from k = 1,000, 5 % of training, on: LII 0.96 %");
  expect(text).toContain("Whether they match: n = 2: not established (needs n >= 6).");
  expect(text).not.toMatch(/are matching|are stable/);
});

test("the report of pairs has findings, a row for every arm and k, and its words", () => {
  const { findings, sections, glossary } = pairReport(INSTABILITY_PAIRS, ACCURACY);
  const html = sections.map((section) => section.html).join("");
  expect(html.match(/<tr><td>(dense|rewound|random|shuffle|reinit)<\/td>/g)).toHaveLength(
    5 * stepsOf(INSTABILITY_PAIRS).length,
  );
  expect(findings.join("\n")).toContain("Dense networks that part");
  expect(glossary.map(([word]) => word)).toEqual(expect.arrayContaining(["LII", "Path", "Replicate"]));
});

const REGRESSION = regression(SIX);

test("of an RMSE, LII is told in its unit and nothing is said to be stable", () => {
  const findings = pairFindings(REGRESSION, RMSE).map((each) => each.replaceAll("\u00a0", " "));
  expect(findings[0]).toMatch(
    /^Dense networks that part at k = 0 have an LII of 1\d\.\d+ price \([\d.]+ to [\d.]+\); n = 6\.$/,
  );
  expect(findings[1]).toMatch(/^Dense networks that part at k = 20,000 have an LII of [\d.]+ price/);
  const text = findings.join("\n");
  expect(text).toMatch(
    /of the same k \(2\.\d+ to 2\.\d+ price\).*Rewound networks are matching at k = .*1,000.*; not matching at k = 0, 50; n = 6\./s,
  );
  expect(findings.at(-1)).toBe(
    "The criterion of stability, an LII below 2 % (Frankle et al. 2020), is of error rates, not of RMSE.",
  );
  expect(findings.slice(0, -1).join()).not.toMatch(/stable|%(?! of the weights| intervals)/);
});

test("the report says yes or no of six initialisations, of fewer that they are too few", () => {
  const html = (pairs: readonly PairRow[]) => pairReport(pairs, ACCURACY).sections[0]!.html;
  expect(html(INSTABILITY_PAIRS)).toContain(">n &#60; 6<");
  expect(html(INSTABILITY_PAIRS)).not.toMatch(/>(yes|no)</);
  expect(html(SIX)).toContain(">yes<");
  expect(html(SIX)).not.toContain("n &#60; 6");
});

test("the report of an RMSE has its words and no column of stability", () => {
  const { sections, glossary } = pairReport(REGRESSION, RMSE);
  const html = sections.map((section) => section.html).join("");
  expect(html).toContain(">LII of the test RMSE (price)<");
  expect(html).toContain(">Test RMSE (price)<");
  expect(html).not.toMatch(/Stable|accuracy|NaN/);
  expect(html).toContain(">minus dense (price)<");
  expect(glossary.map(([word]) => word)).not.toContain("Stable");
  expect(new Map(glossary).get("Matching")).toBe(
    "with a mean RMSE no more than one standard deviation of the dense networks of the same k above theirs, in pairs of replicates",
  );
});

/** The table's line of some pairs, by header. */
function cellsOf(pairs: readonly PairRow[], measure: typeof RMSE): Record<string, string> {
  const cells = PAIR_COLUMNS.filter(({ has }) => has?.(pairs) ?? true).map(({ header, cell }) => [
    typeof header === "string" ? header : header(measure),
    cell(pairs, measure),
  ]);
  return Object.fromEntries(cells);
}

test("the table has the measure's unit, and a dash where LII is not defined", () => {
  const [pair] = pairsAt({ arm: "dense", step: 0 });
  expect(cellsOf([pair!], ACCURACY)).toMatchObject({ "weights %": "100.00", "recomputed %": "-", n: "1" });
  const [priced] = regression([pair!]);
  const cells = cellsOf([priced!], RMSE);
  expect(Object.keys(cells).slice(3)).toEqual([
    ...[
      "LII price",
      "95 % low",
      "95 % high",
      "min",
      "max",
      "n",
      "floor price",
      "recomputed price",
      "train LII price",
      "ends price",
    ],
  ]);
  expect(Number(cells["LII price"])).toBeCloseTo(25 * pair!.instability.testError, 2);
  const lost = JSON.parse(JSON.stringify(withGaps(pair!, [0.4]))) as PairRow;
  expect(cellsOf([lost], ACCURACY)).toMatchObject({ "LII %": "-", "train LII %": "-", n: "0" });
});

test("a pair in a sentence: its LII, or where there is none", () => {
  const [pair] = pairsAt({ arm: "dense", step: 0 });
  const words = "dense from iteration 0, copies 0 and 1, replicate 0: ";
  expect(instability.say(pair!, ACCURACY)).toMatch(/: LII 69\.38 % with 100\.00 % of the weights$/);
  expect(instability.say(regression([pair!])[0]!, RMSE)).toMatch(/: LII 1\d\.\d+ price with 100\.00 % of the weights$/);
  expect(instability.say(withGaps(pair!, [0.4]), ACCURACY)).toBe(
    `${words}LII is not defined: the network at alpha 0.4 scores no finite loss, with 100.00 % of the weights`,
  );
  expect(undefinedLii([0.1, 1 / 3])).toBe(
    "LII is not defined: the networks at alpha 0.1 and 0.333 score no finite loss",
  );
  expect(undefinedLii([1, 2, 3, 4, 5, 6, 7])).toContain("at alpha 1, 2, 3, 4, 5 and 2 more score");
});
