import { expect, test } from "vitest";
import { datasetInfo, describe } from "../../dataset/registry.ts";
import { parseModel } from "../../model/registry.ts";
import { uniformMask } from "../../prune/uniform.ts";
import { compileExperiment, scalingsOf } from "../../train/experiment.ts";
import { arenaBytes, kernelChoices, workOf } from "./program.ts";

const info = describe(datasetInfo("mnist"));
const model = parseModel("mlp-40-30", info);
const optimizer = { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;
const program = (density: number) => {
  const mask = uniformMask(model.parameters, density, { seed: 1, replicate: 0, draw: 0 });
  return compileExperiment(model, { optimizer, batch: 20, mask, scalings: scalingsOf(info) });
};
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

test("the parts of the arena are all of it but alignment", () => {
  const { temporaries, total, ...parts } = arenaBytes(program(0.1));
  const stretch = Math.max(...Object.values(temporaries));
  const used = sum(Object.values(parts)) + stretch;
  expect(used).toBeLessThanOrEqual(total);
  // Every one of the 37 persistent buffers starts on a block of 64 bytes.
  expect(total - used).toBeLessThan(37 * 64);
  expect(parts.slots).toBe(2 * parts.weights);
  const kept = Math.round(0.1 * 784 * 40) + 120 + 30 + 40 + 30 + 10;
  expect(parts.weights).toBe(4 * kept);
});

test("a dense network has no index", () => expect(arenaBytes(program(1)).index).toBe(0));

test("every choice says its reason, and the kernel follows it", () => {
  for (const density of [0.1, 0.9]) {
    const choices = kernelChoices(program(density));
    expect(choices.map(({ parameter, direction }) => `${parameter} ${direction}`).sort()).toEqual([
      ...["fc1.weight forward", "fc1.weight weightGradient", "fc2.weight forward", "fc2.weight inputGradient"],
      ...["fc2.weight weightGradient", "fc3.weight forward", "fc3.weight inputGradient", "fc3.weight weightGradient"],
    ]);
    for (const { kernel, reason } of choices) {
      expect(kernel.endsWith("_sparse")).toBe(density < 0.5);
      expect(reason).toMatch(density < 0.5 ? /^density 0\.1 < crossover/ : /^density 0\.9 >= crossover/);
    }
  }
  for (const { reason, density } of kernelChoices(program(1)))
    expect([reason, density]).toEqual(["nothing is pruned", 1]);
});

test("work falls with density", () => {
  const [sparse, dense] = [workOf(program(0.1).sections.train!), workOf(program(1).sections.train!)];
  expect(sparse.flops / dense.flops).toBeLessThan(0.15);
  expect(sparse.bytes).toBeLessThan(dense.bytes);
});
