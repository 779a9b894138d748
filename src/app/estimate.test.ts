import { describe, expect, test } from "vitest";
import { syntheticDataset } from "../dataset/synthetic.ts";
import { createReference } from "../engine/reference/reference.ts";
import { edgePopup } from "../study/edge-popup/kind.ts";
import "../study/registry.ts";
import type { StudyKind } from "../study/kind.ts";
import type { Values } from "../study/option.ts";
import { imp } from "../study/pruning/kind.ts";
import { strong } from "../study/strong/kind.ts";
import { supermask } from "../study/supermask/kind.ts";
import { measureTimes, secondsOf } from "./estimate.ts";
import { forecast } from "./forecast.ts";
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

test("of a training by a method the iterations are its own, of one beside frozen weights those of a plain one, longer", () => {
  const frozen = { ...network(1, 0), work: 1.3 };
  expect(secondsOf(frozen, times, 0)).toBeCloseTo(1.3 * 400, 9);
  const method = { name: "edge-popup", kept: 0.5, scope: "layer", weights: "initial", scaled: false } as const;
  expect(secondsOf({ ...frozen, params: { ...frozen.params!, method } }, times, 0)).toBe(400);
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

describe("forecasts", () => {
  const engine = createReference();
  const raw = { ...dataset, name: "synthetic?mean=0&std=1", mean: [0], std: [1] };
  const on = { datasets: [dataset, raw], engine };
  const forecastOf = (kind: StudyKind, asked: Values) => {
    const plan = planStudy(kind, kind.specOf(asked), { datasets: on.datasets, arithmetic: "float64" });
    return forecast(plan, { ...on, stored: new Set(), workers: 1 });
  };

  test("price every method by its own iterations, and tell what masks keep", async () => {
    const arms = ["edge-popup", "learned", "gem-miner"];
    const asked = { model: "mlp-4-nobias", data: "synthetic", steps: "6it", freezeEvery: "2it", kept: [0.25], arms };
    const { lines, times } = await forecastOf(edgePopup, asked);
    expect(times.map(({ method }) => method)).toEqual(["edge-popup keeping 0.25", "supermask", "gem-miner"]);
    expect(lines.map(({ iterations, density }) => [iterations, density])).toEqual([
      [6, 0.25],
      [6, 1],
      [6, 0.25],
    ]);
  });

  test("price untrained scores, constructions and what is measured of them", async () => {
    const scored = await forecastOf(supermask, {
      ...{ model: "mlp-4", data: raw.name, validation: 20, steps: "4it", levels: 1 },
      ...{ arms: ["none"], untrained: ["random"] },
    });
    const small = { model: "mlp-4", data: raw.name, steps: "2it", trials: 2, draws: 2 };
    const built = await forecastOf(strong, { ...small, trialEpsilon: 0.5, popup: [], constructions: ["orseau"] });
    for (const { network, seconds } of [...scored.lines, ...built.lines])
      expect([network, seconds > 0]).toEqual([network, true]);
  }, 30_000);
});
