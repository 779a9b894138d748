import { expect, test } from "vitest";
import { syntheticRgbDataset } from "../dataset/synthetic.ts";
import { createEngine } from "../engine/choose.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { allIndices } from "./evaluate.ts";
import { scoreNetwork, trainNetwork } from "./network.ts";
import { recomputeStatistics } from "./statistics.ts";

const dataset = syntheticRgbDataset({ train: 512, test: 256 });
const engine = await createEngine("auto");
const schedule = { rate: 0.01, shape: { name: "constant" }, warmup: 0 } as const;
const key = { seed: 1, replicate: 0, draw: 0 };

test("statistics of a trained network are found again from its weights", async () => {
  const model = parseModel("resnet-8-4", dataset);
  const start = { weights: initialise(model, "kaiming-normal", key), mask: null };
  const trained = await trainNetwork(engine, start, { model, dataset, steps: 120, batch: 64, schedule });
  const isStatistic = ({ role }: { role: string }) => role === "mean" || role === "variance";
  const names = new Set(model.parameters.filter(isStatistic).map(({ name }) => name));
  const lost = [...trained.weights].map(
    ([name, values]) => [name, names.has(name) ? values.map(() => 1) : values] as const,
  );
  const indices = allIndices(dataset.train.count);
  const found = await recomputeStatistics(engine, { weights: new Map(lost), mask: null }, { model, dataset, indices });
  const accuracy = async (weights: typeof found.weights) =>
    (await scoreNetwork(engine, { weights, mask: null }, { model, dataset })).measures.accuracy;
  expect(await accuracy(found.weights)).toBeGreaterThan(trained.test - 0.05);
  expect(await accuracy(new Map(lost))).toBeLessThan(trained.test - 0.1);
  for (const [name, values] of trained.weights) if (!names.has(name)) expect(found.weights.get(name)).toEqual(values);
});

test("a network without batch norm has none to recompute", async () => {
  const model = parseModel("conv-2", dataset);
  const network = { weights: initialise(model, "glorot-normal", key), mask: null };
  const indices = allIndices(10);
  const { weights } = await recomputeStatistics(engine, network, { model, dataset, indices });
  expect(weights).toBe(network.weights);
});
