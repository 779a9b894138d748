/** Scoring many weights of one model: one program, opened once, on data that stays where it is. */
import { fail } from "../base/errors.ts";
import type { Engine, Instance } from "../engine/engine.ts";
import type { Mask, Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import { taskOf } from "../task/registry.ts";
import type { Measure } from "../task/task.ts";
import { allIndices, evaluate, type Score } from "../train/evaluate.ts";
import { scoringSections } from "../train/experiment.ts";
import { checkAll, compileFor, type Fitted, openWith, writeWeights } from "../train/open.ts";
import { averageStatistics, statisticsSource } from "../train/statistics.ts";

/** What is told of every setting of the weights. */
export const SCORE_NAMES = ["testError", "testLoss", "trainError", "trainLoss"] as const;

/**
 * Losses are means; an error is the task's first measure turned so that less is better: of classification the fraction
 * of rows classified wrong, of regression the RMSE.
 */
export type ScoreName = (typeof SCORE_NAMES)[number];

/** One thing for each score. */
export type ByScore<T> = { readonly [K in ScoreName]: T };

/** Makes one thing for each score. */
export function byScore<T>(make: (name: ScoreName) => T): ByScore<T> {
  return Object.fromEntries(SCORE_NAMES.map((name) => [name, make(name)])) as ByScore<T>;
}

/** What weights are scored on; floats of the data set are standardised. */
export interface ScorerOptions extends Fitted {
  /** Training rows that are scored. */
  readonly train: Int32Array;
  /** Rows of the test table that are scored; default all. */
  readonly test?: Int32Array;
  /** Training rows that statistics are recomputed on; null for not at all. */
  readonly statistics: Int32Array | null;
}

/** A program that holds one setting of the weights at a time. */
export interface Scorer {
  load(weights: Weights): void;
  /** Replaces running statistics by those of the loaded weights; null where the model has none or it was not asked for. */
  readonly recompute: (() => Promise<void>) | null;
  /** Scores of both sets; NaN where a loss is not finite. */
  score(): Promise<ByScore<number>>;
  close(): void;
}

/**
 * Opens a program of a model under the mask that all weights to be scored share; null for none.
 * Throws `data` or `usage` where data set, model or one of the networks break a rule.
 */
export async function openScorer(
  engine: Engine,
  options: ScorerOptions,
  { networks, mask }: { readonly networks: Readonly<Record<string, Network>>; readonly mask: Mask | null },
): Promise<Scorer> {
  checkAll(options, networks);
  const { model, dataset, statistics: indices } = options;
  const train = indices && statisticsSource(model);
  const sections = { ...scoringSections(model, { dataset, task: taskOf(dataset) }), ...(train ? { train } : {}) };
  const program = compileFor(dataset, sections, mask);
  const instance = await openWith(engine, program, new Map());
  const load = (weights: Weights) => writeWeights(instance, weights);
  const recompute = async () => load(await averageStatistics(instance, { model, dataset, indices: indices! }));
  return {
    load,
    // Loaded again, for a stored network's statistics are float32 on every engine.
    recompute: train ? recompute : null,
    score: () => scoresOf(instance, options),
    close: () => instance.close(),
  };
}

async function scoresOf(instance: Instance, { dataset, train, test: rows }: ScorerOptions): Promise<ByScore<number>> {
  const [measure] = taskOf(dataset).measures(dataset);
  const test = await evaluate(instance, { dataset, part: "test" }, rows ?? allIndices(dataset.test.count));
  const trained = await evaluate(instance, { dataset, part: "train" }, train);
  const finite = ({ loss }: Score, value: number) => (Number.isFinite(loss) ? value : Number.NaN);
  const errorOf = (score: Score) => finite(score, asError(measure, score.measure.value));
  return {
    testError: errorOf(test),
    testLoss: finite(test, test.loss),
    trainError: errorOf(trained),
    trainLoss: finite(trained, trained.loss),
  };
}

/** A measure's value turned so that less is better. */
function asError({ unit, direction }: Measure, value: number): number {
  if (direction === "down") return value;
  return unit === "fraction" ? 1 - value : -value;
}

/** Throws `diverged` where a network that was asked for, such as an end of a path, scores no finite number. */
export function requireFinite(where: string, { testLoss, trainLoss }: ByScore<number>): void {
  if (Number.isFinite(testLoss) && Number.isFinite(trainLoss)) return;
  const remedy = "Its values are too large: use a network that did not diverge";
  fail("diverged", where, { rule: "must score a finite loss", got: testLoss, remedy });
}
