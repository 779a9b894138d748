/** Training and scoring in one call each, for programs and notebooks that keep networks in hand instead of in a store. */
import type { Dataset } from "../dataset/dataset.ts";
import { splitTrain } from "../dataset/split.ts";
import { type Engine, writeParameter } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import { compile } from "../program/compile.ts";
import type { CurvePoint } from "./curve.ts";
import { allIndices, evaluate, type Score } from "./evaluate.ts";
import type { AdamOptions } from "./optimizer.ts";
import { EVALUATION_BATCH, evaluationGraph, scalingsOf } from "./step.ts";
import { type TrainTask, train } from "./train.ts";

/** What training needs at least; the rest has Frankle & Carbin's values for LeNet: Adam at 1.2e-3, batches of 60. */
export interface TrainNetworkOptions extends Partial<Omit<TrainTask, "model" | "dataset" | "to">> {
  readonly model: Model;
  readonly dataset: Dataset;
  /** Iterations. */
  readonly steps: number;
}

/** A trained network and its learning curve, whose last point scores the test set. */
export interface TrainedNetwork extends Network {
  readonly curve: readonly CurvePoint[];
  readonly testAccuracy: number;
  readonly testLoss: number;
}

const ADAM: AdamOptions = { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** Trains a network to the end; throws with code `diverged` when a loss is not finite. */
export function trainNetwork(
  engine: Engine,
  network: Network,
  { model, dataset, steps, ...rest }: TrainNetworkOptions,
): TrainedNetwork {
  const task: TrainTask = {
    split: splitTrain(dataset, 0),
    optimizer: ADAM,
    schedule: { rate: 1.2e-3, shape: { name: "constant" }, warmup: 0 },
    loss: "cross-entropy",
    batch: 60,
    from: 0,
    evaluateEvery: steps,
    noise: { seed: 0, replicate: 0, draw: 0 },
    ...rest,
    model,
    dataset,
    to: steps,
  };
  const training = train(engine, task, network);
  let next = training.next();
  while (!next.done) next = training.next();
  const { values, curve } = next.value;
  const weights = new Map(model.parameters.map(({ name }) => [name, values.get(name)!]));
  const last = curve.at(-1)!;
  return { weights, mask: network.mask, curve, testAccuracy: last.testAccuracy!, testLoss: last.testLoss! };
}

/** Scores a network on the test set. */
export function scoreNetwork(
  engine: Engine,
  { weights, mask }: Network,
  { model, dataset }: { model: Model; dataset: Dataset },
): Score {
  const source = { graph: evaluationGraph(model, {}), batch: EVALUATION_BATCH };
  const options = { scalings: scalingsOf(dataset), ...(mask ? { mask } : {}) };
  const instance = engine.open(compile({ evaluate: source }, options));
  try {
    for (const [name, values] of weights) writeParameter(instance, name, values);
    return evaluate(instance, dataset.test, allIndices(dataset.test.count));
  } finally {
    instance.close();
  }
}

/** The ticket: earlier weights under a mask, pruned entries +0. */
export function rewind(weights: Weights, mask: Mask): Network {
  const kept = [...weights].map(([name, values]): [string, Float32Array] => {
    const bits = mask.get(name);
    return [name, bits ? values.map((value, index) => (bits[index] ? value : 0)) : values];
  });
  return { weights: new Map(kept), mask };
}
