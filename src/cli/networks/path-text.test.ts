import { expect, test } from "vitest";
import type { PathScores } from "../../connectivity/path.ts";
import { ACCURACY } from "../../task/words.ts";
import { pathJson, pathText } from "./path-text.ts";

const scores = (middle: number): PathScores => ({
  alphas: [0, 0.5, 1],
  testError: [0.02, middle, 0.04],
  testLoss: [0.5, 1, 0.25],
  trainError: [0, 0.01, 0],
  trainLoss: [0.125, 0.25, 0.125],
});

test("a table by alpha, and the instability with its verdict", () => {
  expect(pathText({ interpolated: scores(0.05), recomputed: null }, ACCURACY)).toBe(
    [
      "alpha  test error %  train error %  test loss  train loss",
      "0.000          2.00           0.00     0.5000      0.1250",
      "0.500          5.00           1.00     1.0000      0.2500",
      "1.000          4.00           0.00     0.2500      0.1250",
      "",
      "LII  test error 2.00 % (at least 1.00 %, half the ends' difference), train error 1.00 %, test loss 0.6250, train loss 0.1250: not stable (test error 2 % or more)",
    ].join("\n"),
  );
});

test("recomputed statistics stand beside", () => {
  const text = pathText({ interpolated: scores(0.9), recomputed: scores(0.04) }, ACCURACY);
  expect(text).toMatch(/^alpha +test error % .* train loss +test error %\* .* train loss\*\n/);
  expect(text).toMatch(/^0\.500 +90\.00 .* 4\.00 /m);
  expect(text).toMatch(/^LII {3}test error 87\.00 %.*: not stable/m);
  expect(text).toMatch(/^LII\* {2}test error 1\.00 %.*: stable/m);
});

test("JSON has the scores, their instability, and the same with recomputed statistics or null", () => {
  const lii = { testError: expect.closeTo(0.87), testLoss: 0.625, trainError: 0.01, trainLoss: 0.125 };
  const floor = { testError: 0.01, testLoss: 0.125, trainError: 0, trainLoss: 0 };
  const told = { ...scores(0.9), lii, floor };
  expect(pathJson({ interpolated: scores(0.9), recomputed: null })).toEqual({ ...told, recomputed: null });
  expect(pathJson({ interpolated: scores(0.9), recomputed: scores(0.9) })).toMatchObject({
    recomputed: { ...scores(0.9), lii },
  });
});

const RMSE = { name: "rmse", title: "RMSE", unit: "price", direction: "down" } as const;

test("an RMSE is told in its unit, without a verdict", () => {
  expect(pathText({ interpolated: scores(0.05), recomputed: null }, RMSE)).toBe(
    [
      "alpha  test RMSE price  train RMSE price  test loss  train loss",
      "0.000             0.02                 0     0.5000      0.1250",
      "0.500             0.05              0.01     1.0000      0.2500",
      "1.000             0.04                 0     0.2500      0.1250",
      "",
      "LII  test RMSE 0.02 price (at least 0.01 price, half the ends' difference), train RMSE 0.01 price, test loss 0.6250, train loss 0.1250",
      "",
      "The criterion of stability, an LII below 2 % (Frankle et al. 2020), is of error rates, not of RMSE.",
    ].join("\n"),
  );
});

test("where a network scores no finite loss there is a dash, no LII, and null in JSON", () => {
  const { NaN: none } = Number;
  const gap = { ...scores(none), testLoss: [0.5, none, 0.25] };
  const text = pathText({ interpolated: gap, recomputed: scores(0.04) }, ACCURACY);
  expect(text).toMatch(/^0\.500 +- +1\.00 +- +0\.2500 +4\.00 /m);
  expect(text).toMatch(/^LII is not defined: the network at alpha 0\.5 scores no finite loss$/m);
  expect(text).toMatch(/^LII\* {2}test error 1\.00 %.*: stable/m);
  const json = JSON.parse(JSON.stringify(pathJson({ interpolated: gap, recomputed: null })));
  expect(json).toMatchObject({ testError: [0.02, null, 0.04], lii: { testError: null, testLoss: null } });
});
