/** Scoring many weights of one model: one program, opened once, on data that stays where it is. */
import type { Dataset } from "../dataset/dataset.ts";
import { type Engine, type Instance, writeParameter } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import { compile } from "../program/compile.ts";
import { allIndices, evaluate } from "../train/evaluate.ts";
import { averageStatistics, statisticsSource } from "../train/statistics.ts";
import { EVALUATION_BATCH, evaluationGraph, scalingsOf } from "../train/step.ts";

/** What is measured of every setting of the weights. */
export const MEASURES = ["testError", "testLoss", "trainError", "trainLoss"] as const;

/** The name of a measure: errors are fractions 0..1 of images classified wrong, losses means of cross-entropy. */
export type Measure = (typeof MEASURES)[number];

/** One thing for each measure. */
export type Measured<T> = { readonly [K in Measure]: T };

/** Makes one thing for each measure. */
export function byMeasure<T>(make: (measure: Measure) => T): Measured<T> {
  return Object.fromEntries(MEASURES.map((measure) => [measure, make(measure)])) as Measured<T>;
}

/** What weights are scored on. */
export interface ScoreTask {
  readonly model: Model;
  readonly dataset: Dataset;
  /** Training images that are scored. */
  readonly train: Int32Array;
  /** Training images that statistics are recomputed on; null for not at all. */
  readonly statistics: Int32Array | null;
}

/** A program that holds one setting of the weights at a time. */
export interface Scorer {
  load(weights: Weights): void;
  /** Replaces running statistics by those of the loaded weights; null where the model has none or it was not asked for. */
  readonly recompute: (() => void) | null;
  score(): Measured<number>;
  close(): void;
}

/** Compiles and opens a model under the mask that all weights to be scored share; null for none. */
export function openScorer(engine: Engine, task: ScoreTask, mask: Mask | null): Scorer {
  const { model, dataset, statistics: indices } = task;
  const train = indices && statisticsSource(model);
  const evaluation = { graph: evaluationGraph(model, {}), batch: EVALUATION_BATCH };
  const options = { scalings: scalingsOf(dataset), ...(mask ? { mask } : {}) };
  const instance = engine.open(compile({ evaluate: evaluation, ...(train ? { train } : {}) }, options));
  const load = (weights: Weights) => {
    for (const [name, values] of weights) writeParameter(instance, name, values);
  };
  return {
    load,
    // Loaded again, for a stored network's statistics are float32 on every engine.
    recompute: train ? () => load(averageStatistics(instance, { model, dataset, indices: indices! })) : null,
    score: () => measure(instance, task),
    close: () => instance.close(),
  };
}

function measure(instance: Instance, { dataset, train }: ScoreTask): Measured<number> {
  const test = evaluate(instance, dataset.test, allIndices(dataset.test.count));
  const trained = evaluate(instance, dataset.train, train);
  return {
    testError: 1 - test.accuracy,
    testLoss: test.loss,
    trainError: 1 - trained.accuracy,
    trainLoss: trained.loss,
  };
}
