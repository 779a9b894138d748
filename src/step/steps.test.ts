import { describe, expect, test } from "vitest";
import type { Artifact } from "../store/store.ts";
import { dataset, engine } from "../train/fixtures/tasks.ts";
import type { StepContext, StepOutput } from "./definition.ts";
import { tinyTraining } from "./fixtures/steps.ts";
import { initialiseStep } from "./initialise.ts";
import { pruneStep } from "./prune.ts";
import { randomiseStep } from "./randomise.ts";
import { trainStep } from "./train.ts";

const context: StepContext = { engine, dataset, resume: null, parts: async () => [], pause: async () => {} };
const names = { model: "mlp-4", data: "synthetic" };
const draw = { seed: 1, replicate: 0, draw: 0 };

/** The output of a step as the artifact that another step reads. */
async function artifact(output: Promise<StepOutput>): Promise<Artifact> {
  const { tensors, result } = await output;
  return { tensors, meta: { step: "step", version: 1, params: {}, inputs: {}, result } };
}

const network = await artifact(initialiseStep.run({ ...names, ...draw, init: "uniform" }, {}, context));
const cut = { cut: 0.5, outputCutFactor: 0.5, scope: "layer" } as const;
const mask = await artifact(pruneStep.run({ ...names, ...cut, rounds: 1 }, { network }, context));
const training = tinyTraining();
const kept = (values: ArrayLike<number>) => Array.from(values).filter((value) => value !== 0).length;

describe("steps are pure", () => {
  const cases = {
    initialise: () => initialiseStep.run({ ...names, ...draw, init: "kaiming-normal" }, {}, context),
    train: () => trainStep.run(training, { network, mask }, context),
    prune: () => pruneStep.run({ ...names, ...cut, rounds: 2 }, { network }, context),
    random: () => randomiseStep.run({ ...names, ...draw, how: "random" }, { mask }, context),
    shuffle: () => randomiseStep.run({ ...names, ...draw, how: "shuffle" }, { mask }, context),
  };
  test.each(Object.entries(cases))(
    "%s gives the same bits twice and leaves its inputs as they were",
    async (_, run) => {
      const before = structuredClone([network, mask]);
      const { seconds: first, ...output } = flat(await run());
      const { seconds: second, ...again } = flat(await run());
      expect(again).toEqual(output);
      expect([first, second].every((seconds) => seconds === undefined || (seconds as number) >= 0)).toBe(true);
      expect([network, mask]).toEqual(before);
    },
  );

  function flat({ result, ...rest }: { result: Readonly<Record<string, unknown>> }): Record<string, unknown> {
    return { ...rest, ...result };
  }
});

test("prune keeps the largest magnitudes of the network and counts them", () => {
  expect([...mask.tensors.keys()]).toEqual(["mask/fc1.weight", "mask/fc2.weight"]);
  expect(mask.meta.result).toEqual({
    layers: [
      { layer: "fc1", kept: 1568, total: 3136 },
      { layer: "fc2", kept: 30, total: 40 },
    ],
    weights: 1598,
    prunable: 3176,
  });
  const [weights, bits] = [network.tensors.get("fc1.weight")!.data, mask.tensors.get("mask/fc1.weight")!.data];
  const [stays, goes] = [1, 0].map((bit) => Array.from(weights, Math.abs).filter((_, i) => bits[i] === bit));
  expect(Math.min(...stays!)).toBeGreaterThanOrEqual(Math.max(...goes!));
});

test("training under a mask gives a network of that mask, from which the next round prunes on", async () => {
  const trained = await artifact(trainStep.run(training, { network, mask }, context));
  expect(trained.tensors.get("mask/fc1.weight")).toEqual(mask.tensors.get("mask/fc1.weight"));
  expect(kept(trained.tensors.get("fc1.weight")!.data)).toBe(1568);
  expect(trained.meta.result).toMatchObject({ steps: 6, weights: 1598, prunable: 3176 });
  const next = await artifact(pruneStep.run({ ...names, ...cut, rounds: 1 }, { network: trained }, context));
  expect(next.meta.result.weights).toBe(784 + 22);
  // A given mask takes the place of the network's own.
  const other = await artifact(trainStep.run(training, { network: trained, mask: next }, context));
  expect(kept(other.tensors.get("fc1.weight")!.data)).toBe(784);
});

test("without a mask a network is trained whole, and says so", async () => {
  const trained = await artifact(trainStep.run(training, { network }, context));
  expect([...trained.tensors.keys()].some((name) => name.startsWith("mask/"))).toBe(false);
  expect(trained.meta.result).toMatchObject({ weights: 3176, prunable: 3176 });
});
