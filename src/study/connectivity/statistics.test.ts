import fc from "fast-check";
import { expect, test } from "vitest";
import { stepPlaces, stepTicks } from "../../figure/draw/step-axis.ts";
import { drawn, STABLE, undefinedLii } from "../../figure/path/points.ts";
import { ACCURACY } from "../../task/words.ts";
import { PAIR_COLUMNS } from "./columns.ts";
import { pairFindings } from "./findings.ts";
import { INSTABILITY_PAIRS, pairsAt, RMSE, regression, withGaps } from "./fixtures/pairs.ts";
import { instability } from "./kind.ts";
import type { PairRow } from "./pair.ts";
import { pairReport } from "./report.ts";
import { copiesOf, firstStable, stepsOf, summarisePairs } from "./statistics.ts";

const [PAIR] = pairsAt({ arm: "dense", step: 0 });

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

test("it is the mean over pairs that is stable or not", () => {
  expect(firstStable([...curve([0.03]), ...curve([0.005])])).toBe(0);
  expect(firstStable([...curve([0.03]), ...curve([0.011])])).toBeNull();
});

test("summaries come by panel, arm in fixed order and k, whatever the order of the rows", () => {
  const places = (rows: readonly PairRow[]) => summarisePairs(rows, () => 1).map(({ arm, step, n }) => [arm, step, n]);
  expect(places(INSTABILITY_PAIRS.toReversed())).toEqual(places(INSTABILITY_PAIRS));
  expect(places(INSTABILITY_PAIRS).slice(0, 2)).toEqual([
    ["dense", 0, 6],
    ["dense", 50, 6],
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
  const text = pairFindings(INSTABILITY_PAIRS, ACCURACY).join("\n").replaceAll("\u00a0", " ");
  expect(text).toMatch(/^Dense networks that part at k = 0 have an LII of 7\d\.\d\d % \(± \d\.\d\d, n = 6\)\./);
  expect(text).toContain("Dense networks are stable from k = 1,000, 5 % of training, on: LII 0.96 %");
  expect(text).toContain("Rewound networks (16.8 % of the weights) are stable from k = ");
  expect(text).toContain("Reinit networks (16.8 % of the weights) are not stable before the end of training");
  expect(text).toMatch(
    /are matching and stable at k = .*1,000.*; matching but not stable at k = 200; neither at k = 0, 50\./,
  );
  expect(pairFindings(curve([0.5, 0.3]), ACCURACY).at(-1)).toContain(
    "not stable at the last k tried, 1: LII 30.00\u00a0% (n\u00a0=\u00a01) there",
  );
  expect(pairFindings([], ACCURACY)).toEqual([]);
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

const REGRESSION = regression(INSTABILITY_PAIRS);

test("of an RMSE, LII is told in its unit and nothing is said to be stable", () => {
  const findings = pairFindings(REGRESSION, RMSE).map((each) => each.replaceAll("\u00a0", " "));
  expect(findings[0]).toMatch(
    /^Dense networks that part at k = 0 have an LII of 1\d\.\d+ price \(± [\d.]+, n = 6\)\.$/,
  );
  expect(findings[1]).toMatch(/^Dense networks that part at k = 20,000 have an LII of [\d.]+ price/);
  const text = findings.join("\n");
  expect(text).toMatch(
    /against 2\.\d+ price of the dense ones, are matching at k = .*1,000.*; not matching at k = 0, 50\./,
  );
  expect(findings.at(-1)).toBe(
    "The criterion of stability, an LII below 2 % (Frankle et al. 2020), is of error rates, not of RMSE.",
  );
  expect(findings.slice(0, -1).join()).not.toMatch(/stable|%(?! of the weights)/);
});

test("the report of an RMSE has its words and no column of stability", () => {
  const { sections, glossary } = pairReport(REGRESSION, RMSE);
  const html = sections.map((section) => section.html).join("");
  expect(html).toContain(">LII of the test RMSE (price)<");
  expect(html).toContain(">Test RMSE (price)<");
  expect(html).not.toMatch(/Stable|accuracy|NaN/);
  expect(glossary.map(([word]) => word)).not.toContain("Stable");
  expect(new Map(glossary).get("Matching")).toBe(
    "with a mean RMSE no more than one standard deviation of the dense networks above their mean",
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
    ...["LII price", "min", "max", "n", "recomputed price", "train LII price", "ends price"],
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
