import { expect, test } from "vitest";
import { syntheticDataset } from "../dataset/synthetic.ts";
import { createEngine } from "../engine/choose.ts";
import { parseModel } from "../model/registry.ts";
import { NEVER_SPARSE } from "../program/choose.ts";
import { densitySource, SWEEP, stepBytes } from "./density.ts";
import { type DensityPoint, stepMemoryFigure, stepTimeFigure } from "./density-figures.ts";
import { impRun, type LevelTime } from "./imp.ts";

const dataset = syntheticDataset({ train: 100, test: 40 });
const engine = await createEngine("reference");
const step = { model: "mlp-40-30", batch: 20 };

test("the sweep cuts a fifth at a time down to about one percent", () => {
  expect(SWEEP[0]).toBe(1);
  for (const [i, density] of SWEEP.slice(1).entries()) expect(density / SWEEP[i]!).toBeCloseTo(0.8, 12);
  expect(SWEEP.at(-1)).toBeCloseTo(0.0115, 4);
});

test("a step is timed at its density, and may be timed again", async () => {
  const source = densitySource(engine, dataset, { ...step, density: 0.1, slice: 1 });
  const place = { case: "mlp-40-30 b20", engine: engine.name, density: 0.1, threads: 1 };
  for (const rows of [await source(), await source()]) expect(rows).toMatchObject([place]);
});

test("weights fall with density, and are part of all; every thread has scratch of its own", () => {
  const [dense, sparse] = [1, 0.1].map((density) => stepBytes(dataset, { ...step, density }, 1));
  expect(sparse!.weights).toBeLessThan(0.3 * dense!.weights);
  for (const { weights, total } of [dense!, sparse!]) expect(weights).toBeLessThan(total);
  const two = stepBytes(dataset, { ...step, density: 1 }, 2);
  expect(two.total).toBeGreaterThanOrEqual(dense!.total);
  expect(two.weights).toBe(dense!.weights);
});

const MIB = 2 ** 20;
const points: DensityPoint[] = SWEEP.map((density) => ({
  density,
  ms: 40 + 140 * density,
  total: (180 + 12 * density) * MIB,
  weights: 3 * density * MIB,
}));
const subtitle = "ResNet-20 on made images, batch 128";
const figures = [stepTimeFigure(points, { subtitle, peer: 285 }), stepMemoryFigure(points, { subtitle })];

test.each(figures)("$name looks as reviewed", async ({ name, svg }) => {
  expect(svg).not.toMatch(/NaN|undefined|<style|\bid=|href/);
  await expect(svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
});

test("the numbers drawn are beside the figures", () => {
  const [time, memory] = figures.map(({ csv }) => csv.trimEnd().split("\r\n"));
  expect(time!.slice(0, 2)).toEqual(["density,ms,peer,ratio", `1,180,285,${180 / 285}`]);
  expect(memory!.slice(0, 2)).toEqual(["density,total,weights", `1,${192 * MIB},${3 * MIB}`]);
  expect([time!.length, memory!.length]).toEqual([22, 22]);
});

test("a pruning run trains every level and cuts after it", async () => {
  const model = parseModel("mlp-40-30", dataset);
  const task = { model, dataset, batch: 20, iterations: 3, levels: 3, cut: 0.2 };
  const times: LevelTime[] = [];
  for await (const time of impRun(engine, task, NEVER_SPARSE)) times.push(time);
  expect(times.map(({ level }) => level)).toEqual([0, 1, 2, 3]);
  for (const { level, density, train, compile } of times) {
    expect(density).toBeCloseTo(0.8 ** level, 3);
    expect(Math.min(train, compile)).toBeGreaterThan(0);
  }
});
