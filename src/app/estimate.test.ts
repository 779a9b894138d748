import { expect, test } from "vitest";
import { syntheticDataset } from "../dataset/synthetic.ts";
import { createReference } from "../engine/reference/reference.ts";
import { imp } from "../study/pruning/kind.ts";
import { measureTimes, secondsOf } from "./estimate.ts";
import { type PlannedNetwork, planStudy } from "./plan.ts";

const dataset = syntheticDataset({ train: 120, test: 10 });

const network = (density: number, validation: number): PlannedNetwork => ({
  label: "ticket level 0, replicate 0",
  params: { evaluateEvery: 50, validation } as PlannedNetwork["params"],
  density,
  iterations: 100,
});

const times = [
  { density: 1, iteration: 4, image: 1 },
  { density: 0.5, iteration: 3, image: 0.5 },
  { density: 0.1, iteration: 1, image: 0 },
];

test("between measured densities, and beyond them, times are straight lines", () => {
  const seconds = [1, 0.75, 0.5, 0.3, 0.1].map((density) => secondsOf(network(density, 0), times, 0));
  expect(seconds.map((value) => Number(value.toFixed(9)))).toEqual([400, 350, 300, 200, 100]);
  expect(secondsOf(network(0.3, 0), times.slice(0, 1), 0)).toBe(400);
});

test("scoring is before, on the way and at the end, of the test set seldom where there is another", () => {
  expect(secondsOf(network(1, 0), times, 10)).toBe(400 + 3 * 10);
  expect(secondsOf(network(1, 7), times, 10)).toBe(400 + 3 * (7 + 5));
});

test("of a step that only its study knows nobody knows", () => {
  expect(secondsOf({ label: "own", params: null, density: 1, iterations: 0 }, times, 10)).toBe(0);
});

test("the steps of a plan are measured at its highest, middle and lowest density", async () => {
  const options = { model: "mlp-4", data: "synthetic", validation: 20, steps: "4it", levels: 4, cut: 0.5 };
  const plan = planStudy(imp, imp.specOf(options), { datasets: [dataset], arithmetic: "float64" });
  const measured = await measureTimes([...plan.networks.values()], { dataset, engine: createReference() });
  expect(measured.map(({ density }) => density)).toEqual([1, 0.25, 0.0625]);
  for (const { iteration, image } of measured) expect(Math.min(iteration, image)).toBeGreaterThan(0);
});
