/** What all trainings of a pruning study share: their lengths as iterations, and the parameters that never change. */
import { fail } from "../../base/errors.ts";
import { parseLength, resolveLength } from "../../base/length.ts";
import { iterationsPerEpoch } from "../../dataset/batches.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { trainedImages } from "../../dataset/split.ts";
import { validationCount } from "../../dataset/validation.ts";
import type { TrainParams } from "../../step/train.ts";
import { lossOf, taskOf } from "../../task/registry.ts";
import type { LossName } from "../../task/task.ts";
import type { Schedule } from "../../train/schedule.ts";
import type { PruningSpec } from "./spec.ts";

/** The parameters of every training, and the iterations between which the last ones lie. */
export interface Common {
  readonly training: Omit<TrainParams, "replicate" | "draw" | "from" | "to">;
  readonly rewind: number;
  /** Iteration that arms which go back go back to; 0 where there is none. */
  readonly rewindTo: number;
  readonly end: number;
}

/** Reads a length of training as iterations. */
type Iterations = (text: string) => number;

/** What of a specification its data decide. */
interface Unsettled {
  readonly data: string;
  readonly validation?: number | undefined;
  readonly loss?: LossName | undefined;
}

/**
 * The specification as steps have it: the data set by its identity, wherever it lies, the rows held out as a count, and the
 * loss. Throws `usage` where no row is left to train on, and for a loss that its task is not trained by.
 */
export function settled<S extends Unsettled>(spec: S, dataset: Dataset): SettledOf<S> {
  const { name, train } = dataset;
  const loss = lossOf(taskOf(dataset), spec.loss);
  return { ...spec, data: name, validation: validationCount(spec.validation, train.count), loss };
}

type SettledOf<S> = S & { readonly validation: number; readonly loss: LossName };

/** A pruning study's specification that is {@link settled}. */
export type Settled = ReturnType<typeof settled<PruningSpec>>;

/** Reads a settled specification's lengths against its data set; throws `usage` on lengths and splits that do not fit it. */
export function commonOf(spec: Settled, dataset: Dataset): Common {
  const perEpoch = iterationsPerEpoch(trainedImages(dataset, spec).length, spec.batch);
  const iterations: Iterations = (text) => resolveLength(parseLength(text), perEpoch);
  const [end, rewind, rewindTo] = [spec.steps, spec.rewind, spec.rewindTo ?? "0"].map(iterations) as Three;
  if (rewind > end) refuse("rewind", { rule: "must not be later than the end of training", spec, perEpoch });
  if (spec.rewindTo && rewindTo >= end)
    refuse("rewindTo", { rule: "must come before the end of training", spec, perEpoch });
  const { model, data, validation, batch, loss, optimizer, seed, trainSize, augment } = spec;
  const evaluateEvery = Math.max(1, iterations(spec.evaluateEvery));
  const schedule = scheduleOf(spec, iterations);
  const fixed = { model, data, validation, batch, loss, optimizer, seed, schedule, evaluateEvery };
  // Parameters that are not used must be absent, for the keys of artifacts from before they existed.
  const training = { ...fixed, ...(trainSize !== undefined && { trainSize }), ...(augment && { augment }) };
  return { training, rewind, rewindTo, end };
}

type Three = [number, number, number];

function refuse(
  field: "rewind" | "rewindTo",
  { rule, spec, perEpoch }: { rule: string; spec: PruningSpec; perEpoch: number },
): never {
  const remedy = `An epoch has ${perEpoch} iterations`;
  return fail("usage", field, { rule: `${rule}, ${spec.steps}`, got: spec[field], remedy });
}

function scheduleOf({ schedule, lr, warmup, steps }: PruningSpec, iterations: Iterations): Schedule {
  const shape =
    schedule.name === "step"
      ? { ...schedule, milestones: schedule.milestones.map(iterations) }
      : schedule.name === "constant"
        ? schedule
        : { ...schedule, end: iterations(steps) };
  return { rate: lr, shape, warmup: iterations(warmup) };
}
