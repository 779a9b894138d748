/** Cut weights that stay in the network: they keep their bits, kept ones train as in a network that has them. */
import { expect, test } from "vitest";
import type { Tensor } from "../base/safetensors.ts";
import type { Artifact } from "../store/store.ts";
import { dataset, engine } from "../train/fixtures/tasks.ts";
import type { StepContext, StepOutput } from "./definition.ts";
import { execute } from "./execute.ts";
import { memoryStore, tinyTraining } from "./fixtures/steps.ts";
import { initialiseStep } from "./initialise.ts";
import { pruneStep } from "./prune.ts";
import { request } from "./request.ts";
import { restartStep } from "./restart.ts";
import { type ScoreResult, scoreStep } from "./score.ts";
import { type TrainResult, trainStep } from "./train.ts";

const context: StepContext = { engine, dataset, resume: null, parts: async () => [], pause: async () => {} };
const names = { model: "mlp-4", data: "synthetic" };
const draw = { seed: 1, replicate: 0, draw: 0 };
const cut = { cut: 0.5, outputCutFactor: 0.5, scope: "layer" } as const;

async function artifact(output: Promise<StepOutput>): Promise<Artifact> {
  const { tensors, result } = await output;
  return { tensors, meta: { step: "step", version: 1, params: {}, inputs: {}, result } };
}

const network = await artifact(initialiseStep.run({ ...names, ...draw, init: "uniform" }, {}, context));
const mask = await artifact(pruneStep.run({ ...names, ...cut, rounds: 1 }, { network }, context));
const valuesOf = ({ tensors }: Pick<Artifact, "tensors">, name: string) => [
  ...(tensors.get(name)!.data as Float32Array),
];
const bits = mask.tensors.get("mask/fc1.weight")!.data as Uint8Array;
const decay = { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 } as const;

test("frozen weights keep their bits under decay, kept ones and biases train; the kept ones are counted", async () => {
  const frozen = tinyTraining({ cutWeights: "frozen", optimizer: decay });
  const trained = await artifact(trainStep.run(frozen, { network, mask }, context));
  const [before, after] = [network, trained].map((each) => valuesOf(each, "fc1.weight")) as [number[], number[]];
  expect(after.filter((_, i) => bits[i] === 0)).toEqual(before.filter((_, i) => bits[i] === 0));
  // Pixels on the border never differ from noise, so every kept weight has a gradient.
  expect(after.filter((value, i) => bits[i] === 1 && value === before[i])).toEqual([]);
  expect(valuesOf(trained, "fc1.bias")).not.toEqual(valuesOf(network, "fc1.bias"));
  expect([...trained.tensors.keys()]).toEqual([...network.tensors.keys()]);
  const { weights, prunable } = trained.meta.result as unknown as TrainResult;
  expect({ weights, prunable }).toEqual({ weights: 1598, prunable: 3176 });
});

test("its accuracy is that of the whole network", async () => {
  const frozen = tinyTraining({ cutWeights: "frozen" });
  const trained = await artifact(trainStep.run(frozen, { network, mask }, context));
  const scored = (await scoreStep.run({ ...names, validation: 20 }, { network: trained }, context)).result;
  const { measure, testLoss } = trained.meta.result as unknown as TrainResult;
  expect((scored as unknown as ScoreResult).measure.test).toBe(measure.value);
  expect((scored as unknown as ScoreResult).loss.test).toBeCloseTo(testLoss!, 12);
});

test("under a mask that keeps all it gives the bits of an ordinary training", async () => {
  const whole = { tensors: new Map(), meta: mask.meta };
  const frozen = await trainStep.run(tinyTraining({ cutWeights: "frozen" }), { network, mask: whole }, context);
  const plain = await trainStep.run(tinyTraining(), { network }, context);
  expect(frozen.tensors).toEqual(plain.tensors);
});

test("with zeros in the place of cut weights it trains like the sparse network, up to rounding", async () => {
  const zeros = (await trainStep.run(tinyTraining({ to: 1 }), { network, mask }, context)).tensors;
  const masked = (name: string): [string, Tensor] => {
    const kept = mask.tensors.get(`mask/${name}`)!.data as Uint8Array;
    const data = Float32Array.from(valuesOf(network, name), (value, i) => value * kept[i]!);
    return [name, { dtype: "F32", shape: network.tensors.get(name)!.shape, data }];
  };
  const start = new Map([...network.tensors, masked("fc1.weight"), masked("fc2.weight")]);
  const frozen = await trainStep.run(
    tinyTraining({ to: 1, cutWeights: "frozen" }),
    { network: { ...network, tensors: start }, mask },
    context,
  );
  const [a, b] = [zeros, frozen.tensors].map((tensors) => valuesOf({ tensors }, "fc1.weight")) as [number[], number[]];
  for (const [i, value] of a.entries()) expect(b[i]).toBeCloseTo(value, 6);
});

test("it needs a mask", async () => {
  const asked = trainStep.run(tinyTraining({ cutWeights: "frozen" }), { network }, context);
  await expect(asked).rejects.toThrow("cutWeights: needs a mask that cuts weights");
});

test("a training that was stopped goes on to the same bits", async () => {
  const first = request(initialiseStep, { ...names, ...draw, init: "uniform" as const });
  const cutting = request(pruneStep, { ...names, ...cut, rounds: 1 }, { network: first });
  const params = tinyTraining({ to: 60, evaluateEvery: 20, cutWeights: "frozen" });
  const asked = request(trainStep, params, { network: first, mask: cutting });
  const run = async (stopAt: number) => {
    const store = memoryStore();
    const datasets = [dataset];
    for (const each of [first, cutting]) await execute(each, { store, engine, datasets });
    const stopped = await execute(asked, { store, engine, datasets, onPause: ({ step }) => step === stopAt }).catch(
      ({ code }) => code,
    );
    const key = stopped === "interrupted" ? await execute(asked, { store, engine, datasets }) : stopped;
    return { stopped, tensors: (await store.read(key)).tensors };
  };
  const [whole, parts] = [await run(-1), await run(50)];
  expect(parts.tensors).toEqual(whole.tensors);
});

test("a restart has a value for every weight, and what no mask is for stays", async () => {
  const given = { ...names, ...draw, action: "freeze_init" as const };
  const { tensors } = await restartStep.run(given, { initial: network, trained: network, mask }, context);
  expect(tensors).toEqual(network.tensors);
});

test("a score is of the rows held out and of the test set, under a mask where one is given", async () => {
  const { result } = await scoreStep.run({ ...names, validation: 20 }, { network, mask }, context);
  const { measure, weights } = result as unknown as ScoreResult;
  expect(measure.name).toBe("accuracy");
  for (const value of [measure.validation, measure.test]) expect(value).toBeGreaterThanOrEqual(0);
  expect(weights).toBe(1598);
  const none = await scoreStep.run({ ...names, validation: 0 }, { network, mask }, context);
  expect((none.result as unknown as ScoreResult).measure.validation).toBeNull();
});
