import fc from "fast-check";
import { expect, test } from "vitest";
import { describe } from "../../figure/spread.ts";
import { ACCURACY } from "../../task/words.ts";
import { measuring, PRICE, PRICE_ROWS, ROWS } from "./fixtures/rows.ts";
import {
  denseRows,
  diverged,
  earlyStopStep,
  earlyStopValue,
  finalValue,
  noEarlyStop,
  summarise,
  weightsRemaining,
  withDense,
} from "./statistics.ts";

const anything = fc.array(fc.double({ min: -1e6, max: 1e6 }).filter((value) => !Object.is(value, -0)));

test("a spread by hand", () => {
  const spread = describe([1, 2, 6, Number.NaN, Number.POSITIVE_INFINITY]);
  expect(spread).toMatchObject({ mean: 3, min: 1, max: 6, n: 3, diverged: 2 });
  expect(spread.sd).toBeCloseTo(Math.sqrt(7), 12);
  // Student's quantile of two degrees of freedom is 4.302653.
  expect([spread.low, spread.high]).toEqual(
    [-1, 1].map((side) => expect.closeTo(3 + side * 4.302653 * Math.sqrt(7 / 3), 5)),
  );
});

test("a spread of nothing or of one value", () => {
  expect(describe([Number.NaN])).toEqual({
    mean: Number.NaN,
    min: Number.NaN,
    max: Number.NaN,
    sd: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    n: 0,
    diverged: 1,
  });
  const none = { sd: Number.NaN, low: Number.NaN, high: Number.NaN };
  expect(describe([5])).toEqual({ mean: 5, min: 5, max: 5, ...none, n: 1, diverged: 0 });
});

test("the mean lies in the range, every value is counted, and a shift moves all but the deviation", () => {
  fc.assert(
    fc.property(anything, fc.integer({ min: -1000, max: 1000 }), (values, shift) => {
      const { mean, min, max, sd, n, diverged: lost } = describe(values);
      expect(n + lost).toBe(values.length);
      if (n === 0) return;
      expect(min <= mean && mean <= max).toBe(true);
      const moved = describe(values.map((value) => value + shift));
      expect(moved.mean).toBeCloseTo(mean + shift, 4);
      if (n > 1) expect(moved.sd).toBeCloseTo(sd, 4);
    }),
  );
});

test("rows are grouped by arm and level; a diverged run is counted apart", () => {
  const summaries = summarise(ROWS, finalValue(ACCURACY));
  expect(summaries.map(({ arm, level }) => `${arm} ${level}`)).toEqual([
    ...["ticket", "reinit", "random"].flatMap((arm) => [4, 8, 12, 16].map((level) => `${arm} ${level}`)),
    "dense 0",
  ]);
  const broken = summaries.find(({ arm, level }) => arm === "reinit" && level === 16)!;
  const rest = ROWS.filter((row) => row.arm === "reinit" && row.level === 16 && row.replicate !== 1);
  expect(broken).toMatchObject({ n: 2, diverged: 1 });
  expect(broken.mean).toBeCloseTo(50 * (rest[0]!.measure.value! + rest[1]!.measure.value!), 10);
  expect(broken.weightsRemaining).toBeCloseTo(100 * rest[0]!.density, 10);
});

test("rows without the value are left out, and densities of replicates are averaged", () => {
  const rows = [0.2, 0.4].map((density, replicate) => ({ ...ROWS[3]!, density, replicate }));
  expect(summarise(rows, () => null)).toEqual([]);
  expect(summarise(rows, finalValue(ACCURACY))[0]!.weightsRemaining).toBeCloseTo(30, 12);
});

test("a loss or a measure that is NaN, or null after JSON, is divergence", () => {
  const row = ROWS[0]!;
  const fromJson = JSON.parse(JSON.stringify({ ...row, testLoss: Number.NaN }));
  expect([row, measuring(row, Number.NaN), fromJson].map(diverged)).toEqual([false, true, true]);
});

test("values of a measure that is no fraction are as they are; of a diverged run they are NaN", () => {
  const [row] = PRICE_ROWS;
  const broken = PRICE_ROWS.find((each) => each.diverged !== undefined)!;
  expect(finalValue(PRICE)(row!)).toBe(row!.measure.value);
  expect(earlyStopValue(PRICE)(row!)).toBe(row!.earlyStop!.value);
  expect([finalValue(PRICE), earlyStopValue(PRICE), earlyStopStep].map((value) => value(broken))).toEqual(
    Array(3).fill(Number.NaN),
  );
});

test("why there is no early stop", () => {
  const broken = ROWS.filter((row) => row.diverged !== undefined);
  expect(noEarlyStop(ROWS)).toBeNull();
  expect(noEarlyStop(broken)).toBe("every run diverged, so there is no early stop");
  expect(noEarlyStop(ROWS.map((row) => ({ ...row, earlyStop: null })))).toMatch(/^the study had no validation split/);
});

test("a run that diverged before its weights were removed does not move its level", () => {
  const [ticket, lost] = [
    { ...ROWS[3]!, density: 0.25 },
    { ...measuring(ROWS[3]!, null), density: 1 },
  ];
  expect(weightsRemaining([ticket, lost])).toBe(25);
  expect(weightsRemaining([lost])).toBe(100);
});

test("every arm starts at the dense networks, which stay themselves", () => {
  const rows = withDense(ROWS);
  for (const arm of ["ticket", "reinit", "random", "dense"]) {
    expect(rows.filter((row) => row.arm === arm && row.level === 0).map((row) => row.artifact)).toEqual(
      denseRows(ROWS).map((row) => row.artifact),
    );
  }
  expect(withDense(rows)).toEqual(rows);
});

test("without a dense arm, level 0 of the tickets is the dense network", () => {
  const rows = ROWS.map((row) => (row.arm === "dense" ? { ...row, arm: "ticket" as const } : row));
  expect(denseRows(rows).map((row) => row.replicate)).toEqual([0, 1, 2]);
  expect(withDense(rows)).toHaveLength(rows.length + 2 * 3);
});
