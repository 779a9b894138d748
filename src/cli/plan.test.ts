import { expect, test } from "vitest";
import { syntheticDataset } from "../dataset/synthetic.ts";
import type { PruningOptions } from "../study/presets.ts";
import { countStored, planStudy } from "./plan.ts";
import { specOf } from "./pruning-options.ts";

const dataset = syntheticDataset({ train: 120, test: 10 });
const base: PruningOptions = { model: "mlp-4", data: "synthetic", validation: 20, batch: 10, steps: "2ep" };
const plan = (study: string, options: PruningOptions) => planStudy(specOf(study, { ...base, ...options }), dataset);
const pruned = { levels: 3 };

test.each<[string, string, PruningOptions, number]>([
  ["dense networks alone", "imp", { arms: ["dense"], replicates: 2 }, 2],
  ["a chain of tickets", "imp", { ...pruned, arms: ["ticket"] }, 4],
  ["fresh networks shared at level 0", "imp", { ...pruned, arms: ["ticket", "reinit", "random"] }, 1 + 1 + 9],
  ["the masks of a control without tickets", "imp", { ...pruned, arms: ["reinit"] }, 2 + 2 + 3],
  ["one-shot masks, which need no tickets", "oneshot", { ...pruned, arms: ["shuffle"] }, 1 + 3],
  ["a rewind point for every fresh network", "imp", { ...pruned, arms: ["reinit"], rewind: "5it" }, 2 + 2 + 3 + 5],
])("counts %s", async (_, study, options, count) => {
  expect((await plan(study, options)).networks.size).toBe(count);
});

test("knows the iterations of every training", async () => {
  const { networks } = await plan("imp", { arms: ["dense"], rewind: "5it" });
  expect([...networks.values()]).toEqual([5, 15]);
});

test("knows that sparse networks take less, of every arm", async () => {
  const { labels } = await plan("imp", { ...pruned, cut: 0.5, arms: ["ticket", "random"] });
  const works = ["ticket level 0", "ticket level 2", "random level 2"].map(
    (label) => labels.get(`${label}, replicate 0`)!,
  );
  expect(works).toEqual([20, 20 * (0.05 + 0.95 / 4), 20 * (0.05 + 0.95 / 4)]);
  const oneshot = await plan("oneshot", { ...pruned, cut: 0.5, arms: ["ticket"] });
  expect(oneshot.labels.get("ticket level 2, replicate 0")).toBe(works[1]);
});

test("counts what a store has", async () => {
  const trainings = await plan("imp", { ...pruned, arms: ["ticket"] });
  const [first] = trainings.networks.keys();
  expect(await countStored(trainings, { has: async (key) => key === first })).toBe(1);
});

test("throws on what does not fit the data", async () => {
  await expect(plan("imp", { validation: 120 })).rejects.toThrow(
    "validation: must be an integer from 0 to 119, got 120",
  );
});
