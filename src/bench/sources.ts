/** The measurements of one engine: training steps, evaluation, and where the time of a step goes. */
import type { Dataset } from "../dataset/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { sectionFlops } from "../program/print.ts";
import { allIndices, evaluate } from "../train/evaluate.ts";
import { type CallTime, profile } from "./profile.ts";
import { type BenchRow, type Source, timeSlice } from "./rows.ts";
import { MODEL, openStep, type StepCase } from "./step.ts";

/** What sources measure on, and for how long at a time. */
export interface Setting {
  readonly engine: Engine;
  readonly dataset: Dataset;
  /** Milliseconds that one slice of one case lasts, about. */
  readonly slice: number;
}

/** The cases of the speed table. */
export const STEP_CASES: readonly StepCase[] = [60, 128].flatMap((batch) =>
  [1, 0.2, 0.05, 0.012].map((density) => ({ batch, density })),
);

/** `lenet-300-100 b60`: how PyTorch's rows, and ours, name a training step. */
export const stepName = (batch: number): string => `${MODEL} b${batch}`;

const place = ({ name, threads }: Engine, density: number) => ({ engine: name, density, threads });

/** Milliseconds of one training step. */
export function stepSource({ engine, dataset, slice }: Setting, stepCase: StepCase): Source {
  const { instance, run } = openStep(engine, dataset, stepCase);
  const flops = sectionFlops(instance.program.sections.train!);
  const row = { case: stepName(stepCase.batch), ...place(engine, stepCase.density) };
  return () => [{ ...row, ms: timeSlice(run, slice), flops }];
}

/** Milliseconds to score the test images. */
export function evaluationSource({ engine, dataset, slice }: Setting, density: number): Source {
  const { instance } = openStep(engine, dataset, { batch: 60, density });
  const test = allIndices(dataset.test.count);
  const row = { case: `${MODEL} evaluate ${test.length} images`, ...place(engine, density) };
  return () => [{ ...row, ms: timeSlice(() => evaluate(instance, dataset.test, test), slice) }];
}

/** Milliseconds of every kernel call of a training step; cases read `STEP / KERNEL PARAMETER`. */
export function kernelSource({ engine, dataset, slice }: Setting, stepCase: StepCase): Source {
  const { instance, run } = openStep(engine, dataset, stepCase);
  const times = Math.max(5, Math.round(slice / timeSlice(run, slice / 10)));
  const rowOf = ({ kernel, parameter, ...rest }: CallTime): BenchRow => ({
    case: `${stepName(stepCase.batch)} / ${kernel} ${parameter}`.trimEnd(),
    ...place(engine, stepCase.density),
    ...rest,
  });
  return () => {
    run();
    return profile(instance, times).map(rowOf);
  };
}
