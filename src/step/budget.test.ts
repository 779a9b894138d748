import { expect, test } from "vitest";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { pruneFilters } from "../prune/filters.ts";
import { fullMask, magnitude } from "../prune/prune.ts";
import { forwardFlops, stretched } from "./budget.ts";
import { tinyTraining } from "./fixtures/steps.ts";

const model = parseModel("conv-2", { shape: [3, 8, 8], outputs: 10 });
const training = tinyTraining({
  to: 90,
  schedule: { rate: 1, warmup: 5, shape: { name: "step", milestones: [30, 60], factor: 0.1 } },
});

/** Keeps every second weight of one layer. */
function halved(name: string) {
  const mask = new Map(fullMask(model.parameters));
  return mask.set(
    name,
    mask.get(name)!.map((_, i) => i % 2),
  );
}

test("a convolution's weights count at every pixel, a linear layer's once", () => {
  const saved = (name: string) => forwardFlops(model, null) - forwardFlops(model, halved(name));
  expect(saved("conv2.weight")).toBe(64 * 64 * 9 * 8 * 8);
  expect(saved("fc1.weight")).toBe(256 * 64 * 4 * 4);
  expect(forwardFlops(model, fullMask(model.parameters))).toBe(forwardFlops(model, null));
});

test("a training is as much longer as its network takes fewer FLOPs, its milestones with it", () => {
  const mask = halved("conv2.weight");
  const factor = forwardFlops(model, null) / forwardFlops(model, mask);
  expect(factor).toBeGreaterThan(1.5);
  const longer = stretched({ ...training, stretch: { most: 2 } }, model, mask);
  expect(longer).toMatchObject({ to: Math.round(90 * factor), schedule: { rate: 1, warmup: 5 } });
  expect(longer.schedule.shape).toMatchObject({ milestones: [Math.round(30 * factor), Math.round(60 * factor)] });
  expect(stretched({ ...training, stretch: { most: 1.25 } }, model, mask).to).toBe(113);
  expect(stretched({ ...training, stretch: { most: 2 } }, model, null).to).toBe(90);
  expect(stretched(training, model, mask)).toBe(training);
});

test("without a limit a training is as long as its FLOPs allow", () => {
  const mask = halved("conv2.weight");
  const factor = forwardFlops(model, null) / forwardFlops(model, mask);
  expect(stretched({ ...training, stretch: {} }, model, mask).to).toBe(Math.round(90 * factor));
});

test("where filters were pruned the slim network's operations are counted, normalisation and activations too", () => {
  const wide = parseModel("vgg-11-w8", { shape: [3, 32, 32], outputs: 10 });
  const slim = parseModel("vgg-11-w4", { shape: [3, 32, 32], outputs: 10 });
  const scores = magnitude(initialise(wide, "kaiming-normal", { seed: 1, replicate: 0, draw: 0 }));
  const cut = { cut: 0.5, outputCutFactor: 0, scope: "layer" } as const;
  const mask = pruneFilters(wide, fullMask(wide.parameters), { scores, cut });
  expect(forwardFlops(wide, mask)).toBe(forwardFlops(slim, null));
});

test("a cosine ends with the longer training", () => {
  const schedule = { ...training.schedule, shape: { name: "cosine", end: 90 } } as const;
  const empty = new Map([...fullMask(model.parameters)].map(([name, bits]) => [name, bits.fill(0)]));
  expect(stretched({ ...training, schedule, stretch: { most: 2 } }, model, empty)).toMatchObject({
    to: 180,
    schedule: { shape: { end: 180 } },
  });
});
