/** A whole run of iterative magnitude pruning with its parts timed, to tell what sparse kernels save in all. */
import type { Dataset } from "../dataset/dataset.ts";
import { type HostEngine, readParameter } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import type { Crossover } from "../program/choose.ts";
import { census } from "../prune/census.ts";
import { fullMask, magnitude, prune } from "../prune/prune.ts";
import { allIndices, evaluate } from "../train/evaluate.ts";
import { median } from "./rows.ts";
import { compileStep, openProgram, startOf } from "./step.ts";

/** Which run: every level trains `iterations` batches from the first weights, then loses the fraction `cut`. */
export interface ImpOptions {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly batch: number;
  readonly iterations: number;
  /** Rounds of pruning; one more network is trained. */
  readonly levels: number;
  readonly cut: number;
}

/** Milliseconds of one level by what they went into. */
export interface LevelTime {
  readonly level: number;
  readonly density: number;
  /** Compiling the program of the mask and placing the weights. */
  readonly compile: number;
  /** The iterations times the median of one, which the machine's moods move less than their sum. */
  readonly train: number;
  /** Scoring the test images once. */
  readonly evaluate: number;
  readonly prune: number;
}

/** Runs level after level, one for each value taken; `crossover` NEVER_SPARSE switches sparse kernels off. */
export async function* impRun(
  engine: HostEngine,
  options: ImpOptions,
  crossover: Crossover,
): AsyncGenerator<LevelTime, void> {
  const { parameters } = options.model;
  const weights = startOf(options.model);
  let mask = fullMask(parameters);
  for (let level = 0; level <= options.levels; level++) {
    const { weights: kept, prunable } = census(parameters, mask);
    const { trained, ...times } = await trainLevel(engine, options, { mask, weights, crossover });
    const [next, ms] = timed(() => prune(parameters, mask, { scores: magnitude(trained), cut: cutOf(options) }));
    yield { level, density: kept / prunable, ...times, prune: ms };
    mask = next;
  }
}

const cutOf = ({ cut }: ImpOptions) => ({ cut, outputCutFactor: 1, scope: "global" }) as const;

async function trainLevel(
  engine: HostEngine,
  { model, dataset, batch, iterations }: ImpOptions,
  { mask, weights, crossover }: { mask: Mask; weights: Weights; crossover: Crossover },
) {
  const [{ instance, run }, compile] = timed(() => {
    const program = compileStep(model, dataset, { batch, mask, crossover });
    return openProgram(engine, program, { weights, split: dataset.train, batch });
  });
  const steps = Array.from({ length: iterations }, () => timed(run)[1]);
  const startedAt = performance.now();
  await evaluate(instance, { dataset, part: "test" }, allIndices(dataset.test.count));
  const score = performance.now() - startedAt;
  const prunable = model.parameters.filter((parameter) => parameter.prunable);
  const trained: Weights = new Map(prunable.map(({ name }) => [name, readParameter(instance, name)]));
  instance.close();
  return { trained, compile, train: iterations * median(steps), evaluate: score };
}

function timed<T>(work: () => T): [result: T, milliseconds: number] {
  const start = performance.now();
  const result = work();
  return [result, performance.now() - start];
}
