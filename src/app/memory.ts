/** Refusing a model that this machine's memory cannot hold, before anything is trained. */

import { totalmem } from "node:os";
import { fail } from "../base/errors.ts";
import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import { splitTrain } from "../dataset/split.ts";
import { standardise } from "../dataset/standardisation.ts";
import { parseModel } from "../model/registry.ts";
import { formatBytes } from "../program/print.ts";
import type { Program } from "../program/program.ts";
import type { TrainParams } from "../step/train.ts";
import { taskOf } from "../task/registry.ts";
import { compileExperiment, scalingsOf } from "../train/experiment.ts";
import { withFrozen } from "../train/frozen.ts";
import type { StudyPlan } from "./plan.ts";

/** Bytes of memory there are, for this process where it is confined. */
export function memoryLimit(): number {
  const confined = process.constrainedMemory?.() ?? 0;
  return confined > 0 ? Math.min(confined, totalmem()) : totalmem();
}

/** What holds a program, and how often at once. */
interface Fit {
  /** The model's name, for the error. */
  readonly name: string;
  readonly copies?: number;
  readonly limit?: number;
}

/** Throws `engine`, with the bytes that a program needs, where so many copies of it exceed the memory. */
export function checkMemory(program: Program, { name, copies = 1, limit = memoryLimit() }: Fit): void {
  const each = 4 * (program.arenaElements + program.scratchElements);
  if (copies * each <= limit) return;
  const rule = `${copies > 1 ? `${copies} copies at once need` : "needs"} ${copies * each} bytes of memory (${formatBytes(copies * each)})`;
  const remedy = `Use ${copies > 1 ? "fewer workers, " : ""}a smaller batch or model`;
  const fields = copies > 1 ? ["workers", "batch"] : ["batch"];
  fail("engine", name, { rule: `${rule} where there are ${limit} (${formatBytes(limit)})`, remedy, fields });
}

/** {@link checkMemory} for the dense network of a training, the largest of its study. */
export function checkTrainingMemory(
  { model: name, optimizer, loss, batch, augment, validation, trainSize, cutWeights }: TrainParams,
  data: Dataset,
  fit: Omit<Fit, "name">,
): void {
  const dataset = standardise(data, splitTrain(data, validation, trainSize).train);
  const task = taskOf(dataset);
  const options = { task, optimizer, loss, batch, scalings: scalingsOf(dataset), ...(augment && { augment }) };
  const model = parseModel(name, dataset);
  checkMemory(compileExperiment(cutWeights ? withFrozen(model) : model, options), { name, ...fit });
}

/** Refuses a plan with a model of which the memory does not hold one for every worker. */
export function checkPlan({ networks }: StudyPlan, datasets: readonly Dataset[], workers: number): void {
  const trained = [...networks.values()].flatMap(({ params }) => params ?? []);
  const firsts = new Map(trained.map((params) => [`${params.model} ${params.cutWeights}`, params]));
  for (const params of firsts.values())
    checkTrainingMemory(params, datasetNamed(datasets, params.data), { copies: Math.min(workers, networks.size) });
}
