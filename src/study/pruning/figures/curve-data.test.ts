import { expect, test } from "vitest";
import { spreadLevels } from "../../../figure/draw/labels.ts";
import { ACCURACY } from "../../../task/words.ts";
import { ROWS } from "../../networks/fixtures/rows.ts";
import { lostAt, mostRecorded, summariseCurves } from "./curve-data.ts";

const ticket = ROWS.find((row) => row.arm === "ticket")!;

test("the set with more points is drawn, the test set on a tie", () => {
  const both = [1, 2].map((step) => ({ step, trainLoss: null, test: 0.9, validation: 0.8 }));
  const tested = { step: 3, trainLoss: null, test: 0.9 };
  const validated = { step: 3, trainLoss: null, validation: 0.9 };
  expect(mostRecorded([{ ...ticket, curve: both }])).toBe("test");
  expect(mostRecorded([{ ...ticket, curve: [...both, validated] }])).toBe("validation");
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
  const curve = (accuracy: number) => [{ step: 10, trainLoss: null, test: accuracy }];
  const rows = [0.5, 0.7, Number.NaN].map((accuracy, replicate) => ({ ...ticket, replicate, curve: curve(accuracy) }));
  for (const form of [rows, JSON.parse(JSON.stringify(rows))]) {
    const [point, ...rest] = summariseCurves(form, { set: "test", measure: ACCURACY });
    expect(rest).toEqual([]);
    expect(point).toMatchObject({ arm: "ticket", level: 4, step: 10, min: 50, max: 70, n: 2, diverged: 1 });
  }
});

test("a diverged run, whose curve ends there, is counted at the points of the others", () => {
  const rows = ROWS.filter((row) => row.arm === "reinit" && row.level === 16);
  const counts = summariseCurves(rows, { set: "test", measure: ACCURACY }).map(({ step, n, diverged }) => [
    step,
    n,
    diverged,
  ]);
  expect(counts).toEqual(Array.from({ length: 21 }, (_, i) => (i < 6 ? [250 * i, 3, 0] : [250 * i, 2, 1])));
});

test("a run is lost where it diverged, at its first NaN, or at its last point when only its end is NaN", () => {
  const broken = ROWS.find((row) => row.arm === "reinit" && row.replicate === 1 && row.level === 16)!;
  expect(lostAt(ticket, "test")).toBeNull();
  expect(lostAt(broken, "test")).toBe(1500);
  const curve = ticket.curve.map((point) => ({ ...point, test: point.step < 700 ? point.test! : Number.NaN }));
  expect(lostAt({ ...ticket, curve }, "test")).toBe(750);
  expect(lostAt({ ...ticket, testLoss: Number.NaN }, "test")).toBe(5000);
});
