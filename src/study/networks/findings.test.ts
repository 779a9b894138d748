import { expect, test } from "vitest";
import type { Measure } from "../../task/task.ts";
import { ACCURACY } from "../../task/words.ts";
import { findings } from "./findings.ts";
import { measuring, PRICE, ROWS } from "./fixtures/rows.ts";
import type { Arm } from "./row.ts";

const NBSP = "\u00a0";

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
  expect(text).toContain("still matches the dense mean keeps 25 % of the weights: 98.10 % (98.10 to 98.10, n = 1)");
  expect(text).toContain("largest gain is 0.30 points, at 50 % of the weights");
  expect(text).toContain(
    "At 25 % of the weights, tickets (98.10 %) are 0.90 points above reinit (97.20 %), 0.10 points below random (98.20 %).",
  );
  expect(text).toContain("smallest validation loss at iteration 1,000 on average, the dense network at 2,000");
  expect(text).not.toContain("Diverged");
});

test("tickets that all lose say so", () => {
  const text = say([
    ["dense", 0, 0.98],
    ["ticket", 1, 0.97],
    ["ticket", 2, 0.96],
  ]);
  expect(text).toContain("No ticket reaches the dense mean; the best keeps 50 % of the weights and loses 1.00 points.");
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
    "The sparsest ticket that still matches the dense mean keeps 25 % of the weights: 0.52 price (0.52 to 0.52, n = 1).",
    "The largest gain lowers the RMSE by 0.0287 price, at 50 % of the weights: 0.4913 price (0.4913 to 0.4913, n = 1).",
    "At 25 % of the weights, tickets (0.52 price) are 0.0121 price better than reinit (0.5321 price), 0.02 price worse than random (0.5 price), as good as shuffle (0.52 price).",
    "At 25 % of the weights, tickets reach their smallest validation loss at iteration 1,000 on average, the dense network at 2,000.",
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
  expect(text).toContain("the best keeps 50 % of the weights and is 1091 price worse.");
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
  expect(text).toContain("The largest gain raises the reward by 12.5, at 50 % of the weights: 212.5 (");
  expect(text).toContain("tickets (212.5) are 32.5 better than reinit (180).");
});
