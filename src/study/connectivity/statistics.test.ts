import fc from "fast-check";
import { expect, test } from "vitest";
import { stepPlaces, stepTicks } from "../../figure/draw/step-axis.ts";
import { percent, STABLE } from "../../figure/path/points.ts";
import { pairFindings } from "./findings.ts";
import { INSTABILITY_PAIRS, pairsAt } from "./fixtures/pairs.ts";
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
  expect(percent(null as unknown as number)).toBeNaN();
  expect(percent(0.25)).toBe(25);
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
  const text = pairFindings(INSTABILITY_PAIRS).join("\n").replaceAll("\u00a0", " ");
  expect(text).toMatch(/^Dense networks that part at k = 0 have an LII of 7\d\.\d\d % \(± \d\.\d\d, n = 6\)\./);
  expect(text).toContain("Dense networks are stable from k = 1,000, 5 % of training, on: LII 0.96 %");
  expect(text).toContain("Rewound networks (16.8 % of the weights) are stable from k = ");
  expect(text).toContain("Reinit networks (16.8 % of the weights) are not stable before the end of training");
  expect(text).toMatch(
    /are matching and stable at k = .*1,000.*; matching but not stable at k = 200; neither at k = 0, 50\./,
  );
  expect(pairFindings(curve([0.5, 0.3])).at(-1)).toContain(
    "not stable at the last k tried, 1: LII 30.00\u00a0% (n\u00a0=\u00a01) there",
  );
  expect(pairFindings([])).toEqual([]);
});

test("the report of pairs has findings, a row for every arm and k, and its words", () => {
  const { findings, sections, glossary } = pairReport(INSTABILITY_PAIRS);
  const html = sections.map((section) => section.html).join("");
  expect(html.match(/<tr><td>(dense|rewound|random|shuffle|reinit)<\/td>/g)).toHaveLength(
    5 * stepsOf(INSTABILITY_PAIRS).length,
  );
  expect(findings.join("\n")).toContain("Dense networks that part");
  expect(glossary.map(([word]) => word)).toEqual(expect.arrayContaining(["LII", "Path", "Replicate"]));
});
