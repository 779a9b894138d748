import { expect, test } from "vitest";
import { syntheticDataset, syntheticRgbDataset } from "../dataset/synthetic.ts";
import { studyNamed } from "../study/registry.ts";
import type { TrainingOptions } from "../study/shared/options.ts";
import { planStudy, storedOf, workOf } from "./plan.ts";

const dataset = syntheticDataset({ train: 120, test: 10 });
const colour = syntheticRgbDataset({ train: 120, test: 10 });
const base: TrainingOptions = { model: "mlp-4", data: "synthetic", validation: 20, batch: 10, steps: "2ep" };
const planOf = (study: string, options: object, datasets = [dataset]) => {
  const kind = studyNamed(study);
  return planStudy(kind, kind.specOf({ ...base, ...options }), { datasets, arithmetic: "fused" });
};
const plan = (study: string, options: TrainingOptions) => planOf(study, options);
const pruned = { levels: 3 };

test.each<[string, string, TrainingOptions, number]>([
  ["dense networks alone", "imp", { arms: ["dense"], replicates: 2 }, 2],
  ["a chain of tickets", "imp", { ...pruned, arms: ["ticket"] }, 4],
  ["fresh networks shared at level 0", "imp", { ...pruned, arms: ["ticket", "reinit", "random"] }, 1 + 1 + 9],
  ["the masks of a control without tickets", "imp", { ...pruned, arms: ["reinit"] }, 2 + 2 + 3],
  ["one-shot masks, which need no tickets", "oneshot", { ...pruned, arms: ["shuffle"] }, 1 + 3],
  ["a rewind point for every fresh network", "imp", { ...pruned, arms: ["reinit"], rewind: "5it" }, 2 + 2 + 3 + 5],
])("counts %s", (_, study, options, count) => {
  expect(plan(study, options).networks.size).toBe(count);
});

test("knows the iterations of every training", () => {
  const { networks } = plan("imp", { arms: ["dense"], rewind: "5it" });
  expect([...networks.values()].map(({ iterations }) => iterations)).toEqual([5, 15]);
  const arms = ["scratch-b"] as const;
  const longer = plan("oneshot", { arms, levels: 2, cut: 0.2 });
  const own = [...longer.networks.values()].filter(({ label }) => label.startsWith("scratch-b"));
  expect(own.map(({ iterations }) => iterations)).toEqual([20, 25, 31]);
});

test("knows that sparse networks take less, of every arm", () => {
  const { labels } = workOf(plan("imp", { ...pruned, cut: 0.5, arms: ["ticket", "random"] }));
  const works = ["ticket level 0", "ticket level 2", "random level 2"].map(
    (label) => labels.get(`${label}, replicate 0`)!,
  );
  expect(works).toEqual([20, 20 * (0.05 + 0.95 / 4), 20 * (0.05 + 0.95 / 4)]);
  const oneshot = workOf(plan("oneshot", { ...pruned, cut: 0.5, arms: ["ticket"] }));
  expect(oneshot.labels.get("ticket level 2, replicate 0")).toBe(works[1]);
});

test("names the panel of every network", () => {
  const options = {
    ...base,
    data: "synthetic-rgb",
    model: "resnet-8-2",
    trainSize: 100,
    milestones: ["1ep"],
    rewindTo: "2it",
  };
  const { networks } = planOf("figure1", { ...options, ...pruned, replicates: 1 }, [colour]);
  const labels = [...networks.values()].map(({ label }) => label);
  // Per panel: dense, fresh dense, a rewind point, three levels of three arms; copies of four of these, and lines to them.
  expect(labels.length).toBe(2 * (1 + 1 + 1 + 9 + 4 + 4));
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels).toContain("learning rate 0.1: rewound level 3, replicate 0");
});

test("counts what a store has", async () => {
  const trainings = plan("imp", { ...pruned, arms: ["ticket"] });
  const [first] = trainings.networks.keys();
  expect(await storedOf(trainings, { has: async (key) => key === first })).toEqual(new Set([first]));
});

test("throws on what does not fit the data", () => {
  expect(() => plan("imp", { validation: 120 })).toThrow(
    "leave a row to train on, got 120. There are 120 training rows",
  );
});

test.each([
  ["imp", { arms: ["ticket"] }],
  ["oneshot", { arms: ["shuffle"] }],
  ["methods", { arms: ["gradual"], steps: "9ep" }],
] as const)("%s refuses levels for which layers that are spared leave too few weights", (study, arms) => {
  // mlp-4 has 3,136 weights and 40 in its output layer, which are spared.
  const asked = (levels: number) => planOf(study, { scope: "global", outputCutFactor: 0, cut: 0.5, ...arms, levels });
  const message = /with scope global, .*\(1 layers, fc1 first\) .* below level 6, the lowest that is possible: 1.54 % /;
  expect(() => asked(7)).toThrow(expect.objectContaining({ code: "usage", message: expect.stringMatching(message) }));
  expect(asked(6).networks.size).toBeGreaterThan(0);
});
