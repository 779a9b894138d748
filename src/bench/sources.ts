/** The measurements of one engine: training steps, evaluation, and where the time of a step goes. */
import type { Dataset } from "../dataset/dataset.ts";
import type { HostEngine } from "../engine/engine.ts";
import { NEVER_SPARSE } from "../program/choose.ts";
import { sectionFlops } from "../program/print.ts";
import { allIndices, evaluate } from "../train/evaluate.ts";
import { TEXTS } from "./data.ts";
import { caseName, type Family, type StepCase, stepCases } from "./families.ts";
import { type CallTime, profile } from "./profile.ts";
import { type Source, timeSlice } from "./rows.ts";
import { type ModelStep, type OpenStep, openStep } from "./step.ts";

/** What sources measure on, and for how long at a time. */
export interface Setting {
  readonly engine: HostEngine;
  readonly family: Family;
  readonly dataset: Dataset;
  /** Milliseconds that one slice of one case lasts, about. */
  readonly slice: number;
}

/** Densities whose kernels are looked at, and at which the first batch's network scores the test images. */
const LOOKED_AT: readonly number[] = [1, 0.1, 0.05];

/** What can be measured of a case. */
export type BenchKind = "step" | "evaluate" | "kernel";

/** The sources of an engine; each case has one instance, whatever is measured of it. */
export function engineSources(setting: Setting, measures: readonly BenchKind[]): Source[] {
  const { engine, family, dataset } = setting;
  return stepCases(family).flatMap((stepCase) => {
    const wanted = measures.filter((measure) => applies(measure, family, stepCase));
    if (wanted.length === 0) return [];
    const open = openStep(engine, dataset, modelStep(family, stepCase));
    return wanted.map((measure) => SOURCES[measure](setting, { ...stepCase, open }));
  });
}

const modelStep = ({ model, method, optimizer }: Family, { kernels, ...stepCase }: StepCase): ModelStep => ({
  ...stepCase,
  model,
  ...(optimizer && { optimizer }),
  ...(method && { method }),
  ...(kernels && { crossover: NEVER_SPARSE }),
});

function applies(measure: BenchKind, { batches, method, data }: Family, { batch, density }: StepCase): boolean {
  if (measure === "step") return true;
  if (method || TEXTS.includes(data))
    return measure === "kernel" && (method !== undefined || LOOKED_AT.includes(density));
  return LOOKED_AT.includes(density) && (measure === "kernel" || batch === batches[0]);
}

/** A case that is open on an engine. */
export type Opened = StepCase & { readonly open: OpenStep };

const place = ({ name, threads }: HostEngine, { density }: StepCase) => ({ engine: name, density, threads });

const SOURCES: Readonly<Record<BenchKind, (setting: Setting, opened: Opened) => Source>> = {
  step({ engine, family, slice }, { open, ...stepCase }) {
    const flops = sectionFlops(open.instance.program.sections.train!);
    const row = { case: caseName(family, stepCase), ...place(engine, stepCase) };
    return async () => [{ ...row, ms: await timeSlice(open.run, slice), flops }];
  },
  evaluate: evaluationSource,
  /** Cases read `STEP / KERNEL PARAMETER`. */
  kernel(setting, { open, ...stepCase }) {
    const row = place(setting.engine, stepCase);
    const of = caseName(setting.family, stepCase);
    const measure = profiler(setting, open);
    return async () =>
      (await measure()).map(({ kernel, parameter, ...rest }) => {
        return { case: `${of} / ${kernel} ${parameter}`.trimEnd(), ...row, ...rest, of };
      });
  },
};

/** A source that scores all test images, in batches as evaluation and interpolation do. */
export function evaluationSource({ engine, family, dataset, slice }: Setting, { open, ...stepCase }: Opened): Source {
  const { count } = dataset.test;
  const indices = allIndices(count);
  const row = { case: `${family.model} evaluate ${count} images`, ...place(engine, stepCase) };
  const run = () => evaluate(open.instance, { dataset, part: "test" }, indices);
  return async () => [{ ...row, ms: await timeSlice(run, slice), images: count }];
}

/** A function that profiles a step for about a slice. */
export function profiler(
  { slice }: Pick<Setting, "slice">,
  { instance, next, run }: OpenStep,
): () => Promise<CallTime[]> {
  let times = 0;
  return async () => {
    times ||= Math.max(3, Math.round(slice / (await timeSlice(run, slice / 10))));
    return profile(instance, { times, next });
  };
}
