import { expect, test } from "vitest";
import { findings } from "./findings.ts";
import { ROWS } from "./fixtures/rows.ts";
import type { Arm } from "./row.ts";

const NBSP = "\u00a0";

function say(accuracies: readonly (readonly [arm: Arm, level: number, accuracy: number])[]): string {
  const rows = accuracies.map(([arm, level, testAccuracy]) => {
    const early = arm === "ticket" ? 1000 : 2000;
    return { ...ROWS[0]!, arm, level, density: 0.5 ** level, testAccuracy, earlyStopStep: early };
  });
  return findings(rows).join("\n").replaceAll(NBSP, " ");
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
  expect(
    say([
      ["dense", 0, Number.NaN],
      ["dense", 0, 0.9],
    ]),
  ).toBe(
    "The dense network reaches 90.00 % test accuracy (n = 1).\nDiverged, and left out of these means: 1 of 2 runs.",
  );
  expect(findings([])).toEqual([]);
});
