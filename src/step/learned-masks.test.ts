/** Masks learnt over weights that never change: exact counts at every iteration, every bit of the weights, and resuming. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Network } from "../model/tensors.ts";
import { maskOfScores } from "../prune/edge-popup.ts";
import { keptOf } from "../train/edge-popup.ts";
import { fixedWeights } from "../train/fixed-weights.ts";
import { bitsOf, engine, finish, sgd, tinyNetwork, tinyTask } from "../train/fixtures/tasks.ts";
import { scoreNetwork } from "../train/network.ts";
import { decodeState, encodeState, type TrainState } from "../train/state.ts";
import type { Pause } from "../train/train.ts";
import type { LearnedMask, MaskResult } from "./learned-masks.ts";
import { beginMethod } from "./method.ts";

const task = tinyTask({
  ...{ name: "mlp-12-7-nobias", to: 60, evaluateEvery: 20, validation: 0, pauseEvery: 1 },
  optimizer: { ...sgd, nesterov: false, weightDecay: 1e-3 },
  schedule: { rate: 0.5, shape: { name: "constant" }, warmup: 0 },
});
const network = tinyNetwork(task);
const begin = (method: LearnedMask, resume: TrainState | null = null) =>
  beginMethod(method, { engine, asked: task, network, resume });
const names = task.model.parameters.map(({ name }) => name);
const ones = (bits: Uint8Array) => bits.reduce((sum, bit) => sum + bit, 0);
const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);

const popup = { name: "edge-popup", kept: 0.3, scope: "layer", weights: "initial", scaled: false } as const;
const learned = { name: "supermask", rescale: false, weights: "initial", bias: 0 } as const;
const gems = { name: "gem-miner", kept: 0.2, every: 7, weights: "initial" } as const;
const methods: LearnedMask[] = [
  popup,
  { ...popup, scope: "global", weights: "signed-constant", scaled: true },
  { ...popup, kept: 1 },
  learned,
  { ...learned, rescale: true, weights: "constant", bias: 0.25 },
  { name: "signed-supermask", threshold: 0.05 },
  gems,
];

describe.each(methods)("%o", (method) => {
  const factor = "scaled" in method && method.scaled ? Math.sqrt(1 / method.kept) : 1;
  const how = method.name === "signed-supermask" ? "signed-bound" : method.weights;
  const weights = fixedWeights(task.model, network.weights, how, factor);
  let last: TrainState;
  let result: MaskResult;
  let end: Network;
  const counts: number[][] = [];
  const touched: string[] = [];
  beforeAll(async () => {
    const { training, networkOf, tell } = begin(method);
    last = await finish(training, async ({ snapshot }) => {
      const state = await snapshot();
      for (const name of names) {
        const own = state.values.get(name)!;
        // Weights of frozen scores are 0.
        const first = weights.get(name)!.map((weight, i) => (method.name === "gem-miner" && own[i] === 0 ? 0 : weight));
        if (Buffer.compare(bytes(own), bytes(first)) !== 0) touched.push(name);
      }
      counts.push([...networkOf(state).mask!.values()].map(ones));
    });
    end = networkOf(last);
    result = (await tell!(last)) as MaskResult;
  });

  test("no bit of a weight changes at any iteration", () => {
    expect(counts).toHaveLength(60);
    expect(touched).toEqual([]);
  });

  test("its network scores as its last evaluation did, and has no other parameters", async () => {
    const score = await scoreNetwork(engine, end, task);
    expect(score.measure.value).toBe(last.curve.at(-1)!.test);
    expect(score.loss).toBeCloseTo(last.curve.at(-1)!.testLoss!, 5);
    expect([...end.weights.keys()]).toEqual(names);
  });

  test("the best on the test set is told beside the last, and of samples their mean", () => {
    const tests = last.curve.slice(1).map((point) => point.test!);
    expect(result.bestOnTest!.value).toBe(Math.max(...tests));
    expect(last.curve.find(({ step }) => step === result.bestOnTest!.step)!.test).toBe(result.bestOnTest!.value);
    expect(result.weightsUntouched).toBe(true);
    expect(result.sampled?.count).toBe(method.name === "supermask" ? 10 : undefined);
  });

  test("stopped at 25, it ends with the same bits", async () => {
    const { training } = begin(method);
    let pause = (await training.next()).value as Pause;
    while (pause.step < 25) pause = (await training.next()).value as Pause;
    const left = decodeState(encodeState(await pause.snapshot()));
    await training.return(undefined as never);
    expect(bitsOf(await finish(begin(method, left).training))).toEqual(bitsOf(last));
  });

  if (method.name === "edge-popup")
    test("exactly as many weights as asked are kept at every iteration", () => {
      const sizes = [...network.weights.values()].map(({ length }) => length);
      const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
      for (const own of counts)
        if (method.scope === "layer") expect(own).toEqual(sizes.map((size) => keptOf(size, method.kept)));
        else expect(sum(own)).toBe(keptOf(sum(sizes), method.kept));
    });
});

test("scores of GEM-MINER stay from 0 to 1, and as many count as freezing leaves, ever fewer of the same", async () => {
  const { training, networkOf } = begin(gems);
  const all = [...network.weights.values()].reduce((sum, { length }) => sum + length, 0);
  const last = 56;
  let before: number[] | null = null;
  const end = await finish(training, async ({ step, snapshot }) => {
    const { values } = await snapshot();
    const scores = names.flatMap((name) => [...values.get(`${name}.gem`)!]);
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...scores)).toBeLessThanOrEqual(1);
    const alive = names.flatMap((name) => [...values.get(name)!].map((weight) => Number(weight !== 0)));
    // At a pause where scores are to be frozen they are not yet.
    const frozen = 7 * Math.floor((Math.min(step, last + 1) - 1) / 7);
    const count = frozen === last ? keptOf(all, 0.2) : keptOf(all, Math.exp((frozen / last) * Math.log(0.2)));
    expect(Math.abs(ones(Uint8Array.from(alive)) - count)).toBeLessThanOrEqual(1);
    if (before) expect(alive.every((bit, i) => bit <= before![i]!)).toBe(true);
    before = alive;
  });
  const kept = [...networkOf(end).mask!.values()].map(ones).reduce((a, b) => a + b, 0);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThanOrEqual(keptOf(all, 0.2));
});

test("GEM-MINER wants projected SGD and a freezing before the end", async () => {
  const start = (method: LearnedMask, asked = task) => beginMethod(method, { engine, asked, network, resume: null });
  await expect(start({ ...gems, every: 60 }).training.next()).rejects.toThrow(
    "must freeze scores every so many iterations",
  );
  const adam = { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;
  await expect(start(gems, { ...task, optimizer: adam }).training.next()).rejects.toThrow("must be sgd");
});

test("a signed mask keeps weights, turns them round, and cuts them", async () => {
  const { training, networkOf } = begin({ name: "signed-supermask", threshold: 0.05 });
  const { weights } = networkOf(await finish(training));
  const start = fixedWeights(task.model, network.weights, "signed-bound").get("fc1.weight")!;
  const signs = weights.get("fc1.weight")!.map((value, i) => value / start[i]!);
  expect([...new Set(signs.map((sign) => sign + 0))].sort()).toEqual([-1, 0, 1]);
});

test("counts round as the authors' code does, in float64", () => {
  expect(keptOf(235_200, 0.3)).toBe(235_200 - Math.floor(0.7 * 235_200));
  expect([keptOf(10, 0), keptOf(10, 1), keptOf(3, 0.5), keptOf(432, 0.5)]).toEqual([0, 10, 2, 216]);
  // 1 - 0.9 is a little less than 0.1 in float64, so that a weight more is kept.
  expect(keptOf(10, 0.9)).toBe(10);
});

test("of equal magnitudes the first are cut, over the layers in their order", () => {
  const values = new Map(names.map((name) => [`${name}.score`, network.weights.get(name)!.map(() => -0.5)]));
  const masks = maskOfScores(task.model, values, { kept: 0.5, scope: "global" });
  const bits = [...masks.values()].flatMap((each) => [...each]);
  const cut = bits.length - keptOf(bits.length, 0.5);
  expect(bits).toEqual(bits.map((_, i) => Number(i >= cut)));
});
