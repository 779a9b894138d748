/** Language models: the state goes on from batch to batch, begins anew with a pass, and is part of a training's state. */
import { expect, test } from "vitest";
import { classes, type Dataset } from "../dataset/dataset.ts";
import { splitTrain } from "../dataset/split.ts";
import type { Table } from "../dataset/table.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { compileExperiment } from "../train/experiment.ts";
import { adam, bitsOf, engine, finish } from "../train/fixtures/tasks.ts";
import { scoreNetwork } from "../train/network.ts";
import type { TrainState } from "../train/state.ts";
import { train } from "../train/train.ts";
import type { Training } from "../train/training.ts";
import { addSequenceModels } from "./families.ts";
import { stoppedAt } from "./fixtures/stopped.ts";
import { language } from "./tasks.ts";

addSequenceModels();

const [LENGTH, WORDS] = [5, 12];

/** Rows of the stream in which each word says the next but one. */
function table(count: number): Table {
  const stream = Int32Array.from({ length: count * LENGTH + 1 }, (_, i) => (i % 2 ? 3 + ((i * 5) % 9) : (i / 2) % 3));
  const column = (from: number) =>
    ({ type: "i32", shape: [LENGTH], data: stream.slice(from, from + count * LENGTH) }) as const;
  return { count, columns: { tokens: column(0), labels: column(1) } };
}

const corpus: Dataset = {
  ...{ name: "corpus-of-tests", shape: [LENGTH], vocabulary: WORDS, stream: true, task: "language", ...classes(WORDS) },
  ...{ train: table(70), test: table(31) },
};
const model = parseModel("lstm-1-8", corpus);
const network = { weights: initialise(model, "uniform", { seed: 2, replicate: 0, draw: 0 }), mask: null };
const training: Training = {
  ...{ model, dataset: corpus, split: splitTrain(corpus, 0), optimizer: adam, loss: "cross-entropy", batch: 4 },
  schedule: { rate: 0.01, shape: { name: "constant" }, warmup: 0 },
  ...{ from: 0, to: 50, evaluateEvery: 25, pauseEvery: 1, noise: { seed: 5, replicate: 0, draw: 0 } },
};
/** 70 rows in 4 columns: 18 batches a pass, the last of two rows. */
const PASS = 18;

const states = (at: number) => stoppedAt(at, training, network);

test("a training that stops in a pass or between two goes on with its state, to the same bits", async () => {
  const undisturbed = bitsOf(await finish(train(engine, training, network)));
  for (const at of [7, PASS, PASS + 3]) {
    const left = await states(at);
    expect(left.step).toBe(at);
    expect(left.values.get("lstm.h_l0")!.some((value) => value !== 0)).toBe(true);
    expect(bitsOf(await finish(train(engine, training, network, left)))).toEqual(undisturbed);
  }
});

test("what is carried counts inside a pass, and nothing of it where a pass begins", async () => {
  const [inside, between] = [await states(7), await states(PASS)];
  const without = (state: TrainState): TrainState => {
    const values = [...state.values].map(
      ([name, data]) => [name, /^lstm\.[hc]_/.test(name) ? data.map(() => 0) : data] as const,
    );
    return { ...state, values: new Map(values) };
  };
  const end = async (state: TrainState) => bitsOf(await finish(train(engine, training, network, state))).values;
  expect(await end(without(inside))).not.toEqual(await end(inside));
  expect(await end(without(between))).toEqual(await end(between));
});

test("a network is told by its log-perplexity in nats, perplexity and accuracy; scoring again says the same", async () => {
  const untrained = await scoreNetwork(engine, network, { model, dataset: corpus });
  expect(await scoreNetwork(engine, network, { model, dataset: corpus })).toEqual(untrained);
  const { name, value } = untrained.measure;
  expect(name).toBe("log-perplexity");
  expect(Math.abs(value - Math.log(WORDS))).toBeLessThan(0.5);
  expect(untrained.measures.perplexity).toBeCloseTo(Math.exp(value), 9);
  const { curve } = await finish(train(engine, { ...training, to: 400, evaluateEvery: 200 }, network));
  expect(curve.at(-1)!.test!).toBeLessThan(value - 0.5);
});

test("a text is scored in sixteen columns, whatever the batch that it is trained in", () => {
  for (const batch of [4, 40]) {
    const { sections } = compileExperiment(model, { optimizer: adam, batch, dataset: corpus, task: language });
    expect(sections.evaluate!.lanes).toBe(16);
  }
});

test("a BERT is no language model", () => {
  expect(() => parseModel("bert-1x64", corpus)).toThrow(/not its next word.*Use a model of language/);
});

test("an id beyond the vocabulary is refused before an embedding is read there", async () => {
  const tokens = corpus.test.columns.tokens!;
  const wrong = { ...tokens, data: tokens.data.map((id, i) => (i === 6 ? WORDS : id)) };
  const dataset = { ...corpus, test: { ...corpus.test, columns: { ...corpus.test.columns, tokens: wrong } } };
  await expect(scoreNetwork(engine, network, { model, dataset })).rejects.toThrow(
    /test, tokens, row 1: must be ids from 0/,
  );
});
