/** Training and scoring texts by length: the same bits whatever is done in between, by whichever threads. */
import { describe, expect, test } from "vitest";
import { splitTrain } from "../dataset/split.ts";
import { loadAddon } from "../engine/native/addon.ts";
import { createNative } from "../engine/native/native.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { taskOf } from "../task/registry.ts";
import { allIndices, evaluate } from "../train/evaluate.ts";
import { compileExperiment, evaluationGraph } from "../train/experiment.ts";
import { adam, bitsOf, engine, finish } from "../train/fixtures/tasks.ts";
import { scoreNetwork } from "../train/network.ts";
import { compileFor, openWith } from "../train/open.ts";
import { decodeState, encodeState, type TrainState } from "../train/state.ts";
import { train } from "../train/train.ts";
import type { Training } from "../train/training.ts";
import { addSequenceModels } from "./families.ts";
import { texts } from "./fixtures/texts.ts";

addSequenceModels();

const model = parseModel("bert-1x16x2", texts);
const network = { weights: initialise(model, "bert", { seed: 2, replicate: 0, draw: 0 }), mask: null };
const task: Training = {
  ...{ model, dataset: texts, split: splitTrain(texts, 20), optimizer: adam, loss: "cross-entropy", batch: 8 },
  schedule: { rate: 0.003, shape: { name: "constant" }, warmup: 0 },
  ...{ from: 0, to: 60, evaluateEvery: 20, pauseEvery: 10, noise: { seed: 5, replicate: 0, draw: 0 } },
};

test("texts of three lengths share one program of three sections each", () => {
  const { sections } = compileExperiment(model, { optimizer: adam, batch: 8, dataset: texts });
  expect(Object.keys(sections)).toEqual(["train:16", "train:32", "train", "evaluate:16", "evaluate:32", "evaluate"]);
});

test("a training that stops anywhere and goes on ends with the same bits", async () => {
  const undisturbed = bitsOf(await finish(train(engine, task, network)));
  for (const at of [10, 30, 50]) {
    let left: TrainState | undefined;
    const until = train(engine, task, network);
    for (let next = await until.next(); !next.done && next.value.step <= at; next = await until.next())
      left = decodeState(encodeState(await next.value.snapshot()));
    await until.return(undefined as never);
    expect(left!.step).toBe(at);
    expect(bitsOf(await finish(train(engine, task, network, left)))).toEqual(undisturbed);
  }
});

test.skipIf(!loadAddon().addon)("threads change no bit", async () => {
  const ends = [1, 2, 3].map((threads) => finish(train(createNative({ threads }), task, network)));
  const [one, ...others] = (await Promise.all(ends)).map(bitsOf);
  for (const other of others) expect(other).toEqual(one);
});

describe("scoring by length", () => {
  test("says of every row what a program for the longest texts says", async () => {
    const sections = { evaluate: { graph: evaluationGraph(model, { task: taskOf(texts) }), batch: 50 } };
    const instance = await openWith(engine, compileFor(texts, sections, null), network.weights);
    const whole = await evaluate(instance, { dataset: texts, part: "test" }, allIndices(50));
    instance.close();
    const score = await scoreNetwork(engine, network, { model, dataset: texts });
    expect(score.measures).toEqual(whole.measures);
    expect(score.loss).toBeCloseTo(whole.loss, 6);
  });

  test("learning lowers the loss on the rows learnt from", async () => {
    const { curve } = await finish(train(engine, { ...task, to: 200, evaluateEvery: 100 }, network));
    expect(curve.at(-1)!.trainLoss!).toBeLessThan(0.5);
  });
});
