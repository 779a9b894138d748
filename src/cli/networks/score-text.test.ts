import { expect, test } from "vitest";
import { classes } from "../../dataset/dataset.ts";
import { scoreJson, scoreText } from "./score-text.ts";

const images = { shape: [1, 28, 28], ...classes(10) };
const prices = { shape: [7], target: { kind: "numbers", names: ["price"] }, outputs: 1 } as const;
const tags = { shape: [7], target: { kind: "labels", names: ["old", "blue"] }, outputs: 2 } as const;

test("classification is told and given as ever, with its measures in JSON", () => {
  const measures = { accuracy: 0.9712 };
  const score = { n: 10_000, loss: 0.09123, measure: { name: "accuracy", value: 0.9712 }, measures };
  expect(scoreText(score, images)).toBe("97.12 % of 10000 test images are right, mean loss 0.0912");
  expect(scoreText(score, { ...images, shape: [7] })).toBe("97.12 % of 10000 test rows are right, mean loss 0.0912");
  const { measure } = score;
  expect(scoreJson(score, images)).toEqual({ n: 10_000, testAccuracy: 0.9712, testLoss: 0.09123, measure, measures });
});

test("regression is told in the target's own unit", () => {
  const measure = { name: "rmse", value: 2.31 };
  const score = { n: 200, loss: 0.12, measure, measures: { rmse: 2.31, r2: 0.84 } };
  expect(scoreText(score, prices)).toBe("RMSE 2.31 price (R² 0.84) on 200 test rows, mean loss 0.1200");
  const equal = { ...score, measures: { rmse: 2.31, r2: null } };
  expect(scoreText(equal, prices)).toBe("RMSE 2.31 price (R² not defined) on 200 test rows, mean loss 0.1200");
  expect(scoreJson(score, prices)).toEqual({ n: 200, testLoss: 0.12, measure, measures: score.measures });
});

test("several labels are told in percent", () => {
  const measures = { "label-accuracy": 0.931, "exact-match": 0.71 };
  const score = { n: 50, loss: 0.2, measure: { name: "label-accuracy", value: 0.931 }, measures };
  expect(scoreText(score, tags)).toBe(
    "Accuracy per label 93.10 % (exact match 71.00 %) on 50 test rows, mean loss 0.2000",
  );
  expect(scoreJson(score, tags)).not.toHaveProperty("testAccuracy");
});
