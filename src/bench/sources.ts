/** The measurements of one engine: training steps, evaluation, and where the time of a step goes. */
import type { Dataset } from "../dataset/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { sectionFlops } from "../program/print.ts";
import { allIndices, evaluate } from "../train/evaluate.ts";
import { type CallTime, profile } from "./profile.ts";
import { type Source, timeSlice } from "./rows.ts";
import { MODEL, type OpenStep, openStep, type StepCase } from "./step.ts";

/** What sources measure on, and for how long at a time. */
export interface Setting {
  readonly engine: Engine;
  readonly dataset: Dataset;
  /** Milliseconds that one slice of one case lasts, about. */
  readonly slice: number;
}

/** The steps of the speed table, and those whose kernels are looked at. */
export const STEP_CASES: readonly StepCase[] = [60, 128].flatMap((batch) =>
  [1, 0.2, 0.05, 0.012].map((density) => ({ batch, density })),
);
const isKernelCase = ({ density }: StepCase) => density === 1 || density === 0.05;
const isEvaluationCase = ({ batch, density }: StepCase) => batch === 60 && isKernelCase({ batch, density });

/** `lenet-300-100 b60`: how other programs name a training step too. */
export const stepName = (batch: number): string => `${MODEL} b${batch}`;

/** What can be measured of a case. */
export type Measure = "step" | "evaluate" | "kernel";

/** The sources of an engine; each case has one instance, whatever is measured of it. */
export function engineSources(setting: Setting, measures: readonly Measure[]): Source[] {
  return STEP_CASES.flatMap((stepCase) => {
    const wanted = measures.filter((measure) => applies(measure, stepCase));
    if (wanted.length === 0) return [];
    const open = openStep(setting.engine, setting.dataset, stepCase);
    return wanted.map((measure) => SOURCES[measure](setting, { ...stepCase, open }));
  });
}

function applies(measure: Measure, stepCase: StepCase): boolean {
  if (measure === "kernel") return isKernelCase(stepCase);
  return measure === "step" || isEvaluationCase(stepCase);
}

type Opened = StepCase & { readonly open: OpenStep };

const place = ({ name, threads }: Engine, { density }: StepCase) => ({ engine: name, density, threads });

const SOURCES: Readonly<Record<Measure, (setting: Setting, opened: Opened) => Source>> = {
  step({ engine, slice }, { open, ...stepCase }) {
    const flops = sectionFlops(open.instance.program.sections.train!);
    const row = { case: stepName(stepCase.batch), ...place(engine, stepCase) };
    return () => [{ ...row, ms: timeSlice(open.run, slice), flops }];
  },
  evaluate({ engine, dataset: { test }, slice }, { open, ...stepCase }) {
    const indices = allIndices(test.count);
    const row = { case: `${MODEL} evaluate ${test.count} images`, ...place(engine, stepCase) };
    const run = () => evaluate(open.instance, test, indices);
    return () => [{ ...row, ms: timeSlice(run, slice), images: test.count }];
  },
  /** Cases read `STEP / KERNEL PARAMETER`. */
  kernel(setting, { open, ...stepCase }) {
    const row = place(setting.engine, stepCase);
    const of = stepName(stepCase.batch);
    const measure = profiler(setting, open);
    return () =>
      measure().map(({ kernel, parameter, ...rest }) => {
        return { case: `${of} / ${kernel} ${parameter}`.trimEnd(), ...row, ...rest, of };
      });
  },
};

/** A function that profiles a step for about a slice. */
export function profiler({ slice }: Setting, { instance, next, run }: OpenStep): () => CallTime[] {
  const times = Math.max(3, Math.round(slice / timeSlice(run, slice / 10)));
  return () => profile(instance, { times, next });
}
