import { describe, expect, test } from "vitest";
import { interval } from "../../statistics/interval.ts";
import type { Measure } from "../../task/task.ts";
import { ACCURACY } from "../../task/words.ts";
import { findings } from "./findings.ts";
import { measuring, PRICE, ROWS } from "./fixtures/rows.ts";
import type { Arm, Row } from "./row.ts";

const NBSP = "\u00a0";

const DOUBT = "n = 1: not established (needs n >= 6).";

type Values = readonly (readonly [arm: Arm, level: number, value: number | null])[];

function say(values: Values, measure: Measure = ACCURACY): string {
  const rows = values.map(([arm, level, value]) => {
    const earlyStop = value === null ? null : { step: arm === "ticket" ? 1000 : 2000, value };
    return { ...measuring(ROWS[0]!, value, measure), arm, level, density: 0.5 ** level, earlyStop };
  });
  return findings(rows, measure).join("\n").replaceAll(NBSP, " ");
}

test("the sparsest match, the largest gain, and the lead over controls near 20 %", () => {
  const text = say([
    ["dense", 0, 0.98],
    ["ticket", 1, 0.983],
    ["ticket", 2, 0.981],
    ["ticket", 3, 0.97],
    ["reinit", 2, 0.972],
    ["random", 2, 0.982],
  ]);
  expect(text).toContain("dense network reaches 98.00 % test accuracy (n = 1)");
  expect(text).toContain(
    `whose mean is no worse than the dense mean keeps 25 % of the weights: 98.10 %, 0.10 points above it; ${DOUBT}`,
  );
  expect(text).toContain(`largest gain is 0.30 points, at 50 % of the weights: 98.30 %; ${DOUBT}`);
  expect(text).toContain(
    `At 25 % of the weights, tickets (98.10 %) are 0.90 points above reinit (97.20 %), 0.10 points below random (98.20 %); ${DOUBT}`,
  );
  expect(text).toContain(
    "smallest validation loss at iteration 1,000 on average, the dense network at 2,000: 0.50 times",
  );
  expect(text).not.toMatch(/matches|interval/);
  expect(text).not.toContain("Diverged");
});

test("tickets that all lose say so", () => {
  const text = say([
    ["dense", 0, 0.98],
    ["ticket", 1, 0.97],
    ["ticket", 2, 0.96],
  ]);
  expect(text).toContain(
    "No ticket reaches the dense mean; the best keeps 50 % of the weights and loses 1.00 points; n = 1: not",
  );
  expect(text).not.toContain("gain");
});

test("diverged runs are counted, and a study without tickets still speaks", () => {
  for (const lost of [Number.NaN, null])
    expect(
      say([
        ["dense", 0, lost],
        ["dense", 0, 0.9],
      ]),
    ).toBe(
      "The dense network reaches 90.00 % test accuracy (n = 1).\nDiverged, and left out of these means: 1 of 2 runs.",
    );
  expect(findings([], ACCURACY)).toEqual([]);
});

test("of a measure that falls, a ticket matches at or below the dense mean, and lower is better", () => {
  const text = say(
    [
      ["dense", 0, 0.52],
      ["ticket", 1, 0.4913],
      ["ticket", 2, 0.52],
      ["ticket", 3, 0.61],
      ["reinit", 2, 0.5321],
      ["random", 2, 0.5],
      ["shuffle", 2, 0.52],
      ["shuffle", 3, null],
    ],
    PRICE,
  );
  expect(text.split("\n")).toEqual([
    "The dense network reaches a test RMSE of 0.52 price (n = 1; lower is better).",
    `The sparsest ticket whose mean is no worse than the dense mean keeps 25 % of the weights: 0.52 price, as good as it; ${DOUBT}`,
    `The largest gain lowers the RMSE by 0.0287 price, at 50 % of the weights: 0.4913 price; ${DOUBT}`,
    `At 25 % of the weights, tickets (0.52 price) are 0.0121 price better than reinit (0.5321 price), 0.02 price worse than random (0.5 price), as good as shuffle (0.52 price); ${DOUBT}`,
    `At 25 % of the weights, tickets reach their smallest validation loss at iteration 1,000 on average, the dense network at 2,000: 0.50 times its iteration; ${DOUBT}`,
    "Diverged, and left out of these means: 1 of 8 runs.",
  ]);
});

test("of a measure that falls, tickets that all lose are worse", () => {
  const text = say(
    [
      ["dense", 0, 51_320],
      ["ticket", 1, 52_411],
      ["ticket", 2, 60_000],
    ],
    PRICE,
  );
  expect(text).toContain("the best keeps 50 % of the weights and is 1091 price worse; n = 1: ");
  expect(text).not.toContain("gain");
});

test("a measure that rises and is no fraction has its own unit or none", () => {
  const reward: Measure = { name: "reward", title: "reward", unit: null, direction: "up" };
  const text = say(
    [
      ["dense", 0, 200],
      ["ticket", 1, 212.5],
      ["reinit", 1, 180],
    ],
    reward,
  );
  expect(text).toContain("a test reward of 200 (n = 1; higher is better)");
  expect(text).toContain("The largest gain raises the reward by 12.5, at 50 % of the weights: 212.5; ");
  expect(text).toContain("tickets (212.5) are 32.5 better than reinit (180); ");
});

describe("over replicates", () => {
  /** The fixture as often as there are threes of replicates. */
  const rowsOf = (times: number) =>
    Array.from({ length: times }, (_, i) => ROWS.map((row) => ({ ...row, replicate: row.replicate + 3 * i }))).flat();
  const text = (rows: readonly Row[]) => findings(rows, ACCURACY).join("\n").replaceAll(NBSP, " ");

  test("gaps are paired, with their interval, and of fewer than six nothing is established", () => {
    const said = text(rowsOf(1));
    const gaps = [0, 1, 2].map((replicate) => {
      const at = (arm: Arm) => ROWS.find((row) => row.arm === arm && row.replicate === replicate && row.level === 8)!;
      return 100 * (at("ticket").measure.value! - at("reinit").measure.value!);
    });
    const { mean, low, high } = interval(gaps);
    const [size, from, to] = [mean, low, high].map((value) => value.toFixed(2));
    expect(said).toContain(`are ${size} points (${from} to ${to}) above reinit (`);
    expect(said).toContain("n = 3: not established (needs n >= 6).");
    expect(said).not.toContain("still matches");
    expect(said).toContain("Differences are paired by replicate; in brackets are 95 % intervals of the mean.");
  });

  test("of six, the sparsest that matches is named", () => {
    expect(text(rowsOf(2))).toMatch(/The sparsest ticket that still matches the dense mean keeps .*; n = 6\.$/m);
    expect(text(rowsOf(2))).not.toContain("not established");
  });

  test("stopping times are compared as logarithms of ratios in each replicate", () => {
    const rows = [
      [1000, 2000],
      [4000, 2000],
    ].flatMap(([ticket, dense], replicate) => [
      { ...ROWS[0]!, replicate, earlyStop: { step: dense!, value: 0.9 } },
      { ...ROWS[0]!, replicate, arm: "ticket" as const, level: 1, earlyStop: { step: ticket!, value: 0.9 } },
    ]);
    // The mean of 0.5 and 2 as ratios is 1.25, and 1 as logarithms.
    expect(text(rows)).toContain("at iteration 2,500 on average, the dense network at 2,000: 1.0 times its iteration");
  });
});
