/** What all trainings of a pruning study share: their lengths as iterations, and the parameters that never change. */
import { fail } from "../base/errors.ts";
import { parseSteps, resolveSteps } from "../base/steps.ts";
import { iterationsPerEpoch } from "../dataset/batches.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { splitTrain } from "../dataset/split.ts";
import type { PruningSpec } from "./spec.ts";
import type { StepParams } from "./steps.ts";

/** The parameters of every training, and the iterations between which the last ones lie. */
export interface Common {
  readonly training: Omit<StepParams["train"], "replicate" | "draw" | "from" | "to">;
  readonly rewind: number;
  readonly end: number;
}

/** Reads a specification's lengths against a data set; throws `usage` on lengths and splits that do not fit it. */
export function commonOf(spec: PruningSpec, dataset: Dataset): Common {
  const perEpoch = iterationsPerEpoch(splitTrain(dataset, spec.validation).train.length, spec.batch);
  const iterations = (text: string) => resolveSteps(parseSteps(text), perEpoch);
  const [end, rewind] = [iterations(spec.steps), iterations(spec.rewind)];
  if (rewind > end) {
    const rule = `must not be later than the end of training, ${spec.steps}`;
    fail("usage", "rewind", { rule, got: spec.rewind, remedy: `An epoch has ${perEpoch} iterations` });
  }
  const { model, data, validation, batch, loss, optimizer, seed, schedule } = spec;
  const shape =
    schedule.name === "step"
      ? { ...schedule, milestones: schedule.milestones.map(iterations) }
      : schedule.name === "cosine"
        ? { ...schedule, end }
        : schedule;
  const evaluateEvery = Math.max(1, iterations(spec.evaluateEvery));
  const rates = { rate: spec.lr, shape, warmup: iterations(spec.warmup) };
  const training = { model, data, validation, batch, loss, optimizer, seed, schedule: rates, evaluateEvery };
  return { training, rewind, end };
}
