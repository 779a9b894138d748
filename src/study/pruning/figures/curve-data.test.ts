import { expect, test } from "vitest";
import { spreadLevels } from "../../../figure/draw/labels.ts";
import { ROWS } from "../../networks/fixtures/rows.ts";
import { lostAt, mostRecorded, summariseCurves } from "./curve-data.ts";

const ticket = ROWS.find((row) => row.arm === "ticket")!;

test("the measure with more points is drawn, test accuracy on a tie", () => {
  const both = [1, 2].map((step) => ({ step, trainLoss: null, testAccuracy: 0.9, validationAccuracy: 0.8 }));
  const tested = { step: 3, trainLoss: null, testAccuracy: 0.9 };
  const validated = { step: 3, trainLoss: null, validationAccuracy: 0.9 };
  expect(mostRecorded([{ ...ticket, curve: both }])).toBe("testAccuracy");
  expect(mostRecorded([{ ...ticket, curve: [...both, validated] }])).toBe("validationAccuracy");
  expect(mostRecorded([{ ...ticket, curve: [tested] }])).toBeNull();
  expect(mostRecorded([])).toBeNull();
});

test("levels are spread evenly with both ends, and few are all kept", () => {
  const twenty = Array.from({ length: 21 }, (_, level) => level);
  expect(spreadLevels(twenty, 5)).toEqual([0, 5, 10, 15, 20]);
  expect(spreadLevels([0, 3], 5)).toEqual([0, 3]);
  expect(spreadLevels([0], 5)).toEqual([0]);
});

test("points of replicates meet at their iteration, and NaN counts as diverged even after JSON", () => {
  const curve = (accuracy: number) => [{ step: 10, trainLoss: null, testAccuracy: accuracy }];
  const rows = [0.5, 0.7, Number.NaN].map((accuracy, replicate) => ({ ...ticket, replicate, curve: curve(accuracy) }));
  for (const form of [rows, JSON.parse(JSON.stringify(rows))]) {
    const [point, ...rest] = summariseCurves(form, "testAccuracy");
    expect(rest).toEqual([]);
    expect(point).toMatchObject({ arm: "ticket", level: 4, step: 10, min: 50, max: 70, n: 2, diverged: 1 });
  }
});

test("a run is lost at its first NaN, or at its last point when only its end is NaN", () => {
  const broken = ROWS.find((row) => row.arm === "reinit" && row.replicate === 1 && row.level === 16)!;
  expect(lostAt(ticket, "testAccuracy")).toBeNull();
  expect(lostAt(broken, "testAccuracy")).toBe(1500);
  expect(lostAt({ ...ticket, testLoss: Number.NaN }, "testAccuracy")).toBe(5000);
});
