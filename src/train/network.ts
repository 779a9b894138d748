/** Training and scoring in one call each, for programs and notebooks that keep networks in hand instead of in a store. */
import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { checkDataset } from "../dataset/check.ts";
import { splitTrain, type TrainSplit } from "../dataset/split.ts";
import { standardise } from "../dataset/standardisation.ts";
import type { Engine } from "../engine/engine.ts";
import type { Mask, Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import { taskOf } from "../task/registry.ts";
import type { Task } from "../task/task.ts";
import type { CurvePoint } from "./curve.ts";
import { allIndices, evaluate, type Score } from "./evaluate.ts";
import { scoringSections } from "./experiment.ts";
import { checkAll, compileFor, type Fitted, openWith } from "./open.ts";
import { optimizerOf } from "./optimizer.ts";
import type { TrainState } from "./state.ts";
import { train } from "./train.ts";
import type { Training } from "./training.ts";
import { checkTestRows } from "./training-check.ts";

/** What training needs at least; the rest has Frankle & Carbin's values for LeNet: Adam at 1.2e-3, batches of 60. */
export interface TrainNetworkOptions extends Partial<Omit<Training, "model" | "dataset" | "to">>, Fitted {
  /** Iterations to train for, from 0. */
  readonly steps: number;
}

/** A trained network, its learning curve, and what its last point says of the test set: the task's measure and the loss. */
export interface TrainedNetwork extends Network {
  readonly curve: readonly CurvePoint[];
  readonly test: number;
  readonly testLoss: number;
}

/** All that a training needs: what is not said has the values that {@link TrainNetworkOptions} tells. */
export function trainingOf(options: TrainNetworkOptions): Training {
  requireFields("a training", options, ["model", "dataset", "steps"]);
  const { model, dataset, steps, ...rest } = options;
  checkDataset(dataset);
  const { task = taskOf(dataset), split = splitTrain(dataset, 0) } = rest;
  return {
    optimizer: optimizerOf("adam"),
    schedule: { rate: 1.2e-3, shape: { name: "constant" }, warmup: 0 },
    loss: task.losses[0],
    batch: 60,
    from: 0,
    evaluateEvery: steps,
    noise: { seed: 0, replicate: 0, draw: 0 },
    ...rest,
    task,
    split,
    model,
    dataset,
    to: steps,
  };
}

/** The network that a training ended in, or stood at: under the mask that it began with, and what nothing read as it was. */
export function networkAt({ values }: Pick<TrainState, "values">, network: Network): Network {
  return {
    ...network,
    weights: new Map([...network.weights].map(([name, first]) => [name, values.get(name) ?? first])),
  };
}

/**
 * Trains a network to the end, on all training rows where no `split` holds any back.
 * @throws as {@link train}
 */
export async function trainNetwork(
  engine: Engine,
  network: Network,
  options: TrainNetworkOptions,
): Promise<TrainedNetwork> {
  const asked = trainingOf(options);
  const training = train(engine, asked, network);
  let next = await training.next();
  while (!next.done) next = await training.next();
  const { curve } = next.value;
  const { test, testLoss } = curve.at(-1)!;
  return { ...networkAt(next.value, network), curve, test: test!, testLoss: testLoss! };
}

/** What a network is scored on: the test set of the data set, or rows of it. */
export interface ScoreOptions extends Fitted {
  /** What was trained on, which floats are standardised by; default all training rows. */
  readonly split?: TrainSplit;
  /** Default the data set's own. */
  readonly task?: Task;
  /** Which rows of the test table; default all. */
  readonly rows?: Int32Array;
}

/**
 * Scores a network on the test set, or on some rows of it.
 * @throws code `diverged` where its loss is not finite, `data` or `usage` where data set, model or network break a rule
 */
export async function scoreNetwork(engine: Engine, network: Network, options: ScoreOptions): Promise<Score> {
  requireFields("scoreNetwork", options, ["model", "dataset"]);
  const { model, dataset: asked, ...rest } = options;
  checkAll({ model, dataset: asked }, { network });
  const { split = splitTrain(asked, 0), task = taskOf(asked), rows = allIndices(asked.test.count) } = rest;
  checkTestRows(rows, asked);
  const dataset = standardise(asked, split.train);
  const sections = scoringSections(model, { dataset, task });
  const instance = await openWith(engine, compileFor(dataset, sections, network.mask), network.weights);
  try {
    const score = await evaluate(instance, { dataset, part: "test", task }, rows);
    if (!Number.isFinite(score.loss)) failScore(score);
    return score;
  } finally {
    instance.close();
  }
}

function failScore({ loss }: Score): never {
  const remedy = "Its values are too large: use a network that did not diverge";
  return fail("diverged", "network", { rule: "must score a finite loss", got: loss, remedy });
}

/** The ticket: earlier weights under a mask, pruned entries +0. */
export function rewind(weights: Weights, mask: Mask): Network {
  const kept = [...weights].map(([name, values]): [string, Float32Array] => {
    const bits = mask.get(name);
    return [name, bits ? values.map((value, index) => (bits[index] ? value : 0)) : values];
  });
  return { weights: new Map(kept), mask };
}
