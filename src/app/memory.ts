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
  /** Held beside the programs, once for all workers; default none. */
  readonly datasets?: readonly Dataset[];
  readonly limit?: number;
}

/** Throws `engine`, with the bytes that a training needs, where so many copies of it beside the data exceed the memory. */
export function checkMemory(program: Program, { name, copies = 1, datasets = [], limit = memoryLimit() }: Fit): void {
  const data = dataBytes(datasets, copies);
  const needed = copies * (engineBytes(program) + hostBytes(program)) + data;
  if (needed <= limit) return;
  const ofData = data > 0 ? `, of which ${formatBytes(data)} are the data's,` : "";
  const rule = `${copies > 1 ? `${copies} copies at once need` : "needs"} ${needed} bytes of memory (${formatBytes(needed)})${ofData}`;
  const remedy = `Use ${copies > 1 ? "fewer workers, " : ""}a smaller batch or model`;
  const fields = copies > 1 ? ["workers", "batch"] : ["batch"];
  fail("engine", name, { rule: `${rule} where there are ${limit} (${formatBytes(limit)})`, remedy, fields });
}

/** What an engine allocates for a program. */
const engineBytes = ({ arenaElements, scratchElements }: Program) => 4 * (arenaElements + scratchElements);

/**
 * What a worker holds beside its engine: the weights and the mask that a training begins with, and while it is saved its
 * state three times: read out of the engine, encoded, and framed for the store.
 */
function hostBytes({ parameters }: Program): number {
  let bytes = 0;
  for (const { storage, slots } of parameters.values()) {
    const { rows, columns } = storage.kind === "dense" ? storage : storage.index;
    bytes += rows * columns * (4 + 1 + 3 * 4 * (1 + slots.size));
  }
  return bytes;
}

/** Memory under the columns of data sets, each once; what cannot be shared each worker has a copy of. */
function dataBytes(datasets: readonly Dataset[], workers: number): number {
  const columns = datasets.flatMap(({ train, test }) => [train, test].flatMap((table) => Object.values(table.columns)));
  const buffers = new Set(columns.flatMap(({ data, lengths }) => [data.buffer, ...(lengths ? [lengths.buffer] : [])]));
  const copies = (buffer: ArrayBufferLike) => (buffer instanceof ArrayBuffer ? 1 + workers : 1);
  return [...buffers].reduce((sum, buffer) => sum + copies(buffer) * buffer.byteLength, 0);
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
  const kinds = new Map(
    trained.map((params) => {
      const { model, data, batch, optimizer, augment, cutWeights } = params;
      return [JSON.stringify([model, data, batch, optimizer, augment, cutWeights]), params];
    }),
  );
  const copies = Math.min(workers, networks.size);
  for (const params of kinds.values())
    checkTrainingMemory(params, datasetNamed(datasets, params.data), { copies, datasets });
}
