/** What the kinds of study whose rows are trained networks say of them, and the tables that they show. */
import { describe, expect, test } from "vitest";
import { resultTable } from "../../app/runs.ts";
import { interval } from "../../statistics/interval.ts";
import { memoryStore } from "../../step/fixtures/steps.ts";
import type { Measure, Measured } from "../../task/task.ts";
import { ACCURACY } from "../../task/words.ts";
import { measuring, PRICE, PRICE_ROWS, ROWS } from "./fixtures/rows.ts";
import { networkKind } from "./kind.ts";
import type { RowDetail } from "./row.ts";

const broken = PRICE_ROWS.find((row) => row.diverged !== undefined)!;

function tableOf(rows: readonly RowDetail[], measure: Measure) {
  return resultTable({ study: "imp", task: { name: "any", measures: [measure] } }, rows);
}

describe("a row in a sentence", () => {
  test("has the measure in its unit", () => {
    const row = { ...measuring(ROWS[0]!, 0.98123), density: 0.25 };
    expect(networkKind.say(row, ACCURACY)).toBe(
      "dense level 0, replicate 0: 98.12 % with 25.00 % of the weights, 2.0 s",
    );
    expect(networkKind.say({ ...measuring(row, 0.51234, PRICE), panel: "low" }, PRICE)).toBe(
      "low: dense level 0, replicate 0: RMSE 0.5123 price with 25.00 % of the weights, 2.0 s",
    );
  });

  test("of a diverged network has the iteration where it is known, and no number", () => {
    const said = "reinit level 16, replicate 1: diverged at iteration 1500 with 3.11 % of the weights, 2.0 s";
    expect(networkKind.say(broken, PRICE)).toBe(said);
    const { diverged: _, ...old } = broken;
    for (const form of [old, measuring(old, Number.NaN)])
      expect(networkKind.say(form, PRICE)).toBe(said.replace(" at iteration 1500", ""));
  });
});

describe("the result table", () => {
  test("is in percent of fractions, in the target's unit otherwise, and plain of pure numbers", () => {
    const means = [ACCURACY, PRICE, { ...PRICE, unit: null }].map((measure) => tableOf(PRICE_ROWS, measure).header[3]);
    expect(means).toEqual(["mean %", "mean RMSE price", "mean RMSE"]);
    const { header, cells } = tableOf(PRICE_ROWS, PRICE);
    expect(header).toEqual([
      ...[
        "arm",
        "level",
        "weights %",
        "mean RMSE price",
        "95 % low",
        "95 % high",
        "min",
        "max",
        "n",
        "diverged",
        "early stop",
      ],
    ]);
    const own = PRICE_ROWS.filter((row) => row.arm === "ticket" && row.level === 8).map((row) => row.measure.value!);
    const [mean, low, high, min, max] = cells
      .find(([arm, level]) => arm === "ticket" && level === "8")!
      .slice(3)
      .map(Number);
    expect(mean).toBeCloseTo((own[0]! + own[1]! + own[2]!) / 3, 3);
    const ends = interval(own);
    expect([low, high]).toEqual([ends.low, ends.high].map((value) => Number(value.toPrecision(4))));
    expect([min, max]).toEqual([Math.min(...own), Math.max(...own)].map((value) => Number(value.toPrecision(4))));
  });

  test("counts a diverged run; where all diverged there are dashes", () => {
    const line = (rows: readonly RowDetail[]) =>
      tableOf(rows, PRICE).cells.find((cells) => cells[0] === "reinit" && cells[1] === "16")!;
    expect(line(PRICE_ROWS).slice(-3, -1)).toEqual(["2", "1"]);
    const lost = PRICE_ROWS.map((row) =>
      row.level === 16 ? { ...measuring(row, null, PRICE), earlyStop: null } : row,
    );
    expect(line(lost)).toEqual(["reinit", "16", "3.11", ...Array(5).fill("-"), "0", "3", "-"]);
  });
});

test("a diverged network has its layers and its curve, and tables and JSON stand", async () => {
  const store = memoryStore();
  const { layers, curve, ...row } = broken;
  const { weights, prunable, measure, testLoss, earlyStop, seconds } = row;
  const measures: Measured = {};
  const result = {
    layers,
    weights,
    prunable,
    measure,
    measures,
    testLoss,
    earlyStop,
    seconds,
    steps: 5000,
    diverged: 1500,
  };
  const meta = { step: "train", version: 1, params: {}, inputs: {}, result };
  await store.write(row.artifact, { tensors: new Map(), meta }, curve);
  expect(await networkKind.details([row], store)).toEqual([broken]);
  expect(await networkKind.warnings(row, store)).toEqual([]);
  const [weightsTable, keys] = await networkKind.tables(PRICE_ROWS, store, PRICE);
  expect(JSON.stringify([weightsTable, keys])).not.toMatch(/null|NaN|undefined/);
  const { rows, summary } = networkKind.json(PRICE_ROWS, PRICE) as { rows: object[]; summary: object[] };
  expect(rows).toHaveLength(PRICE_ROWS.length);
  expect(rows[0]).not.toHaveProperty("curve");
  expect(summary).toContainEqual(expect.objectContaining({ arm: "reinit", level: 16, n: 2, diverged: 1 }));
});
