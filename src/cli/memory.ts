/** Refusing a model that this machine's memory cannot hold, before anything is trained. */

import { totalmem } from "node:os";
import { fail } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { parseModel } from "../model/registry.ts";
import { formatBytes } from "../program/print.ts";
import type { Program } from "../program/program.ts";
import type { StepParams } from "../study/steps.ts";
import { compileExperiment, scalingsOf } from "../train/experiment.ts";

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
export function checkFits(program: Program, { name, copies = 1, limit = memoryLimit() }: Fit): void {
  const each = 4 * (program.arenaElements + program.scratchElements);
  if (copies * each <= limit) return;
  const rule = `${copies > 1 ? `${copies} copies at once need` : "needs"} ${copies * each} bytes of memory (${formatBytes(copies * each)})`;
  const remedy = `Use ${copies > 1 ? "fewer --workers, " : ""}a smaller --batch or model`;
  fail("engine", name, { rule: `${rule} where there are ${limit} (${formatBytes(limit)})`, remedy });
}

/** {@link checkFits} for the dense network of a training, the largest of its study. */
export function checkTraining(
  { model: name, optimizer, loss, batch, augment }: StepParams["train"],
  dataset: Dataset,
  fit: Omit<Fit, "name">,
): void {
  const options = { optimizer, loss, batch, scalings: scalingsOf(dataset), ...(augment && { augment }) };
  checkFits(compileExperiment(parseModel(name, dataset), options), { name, ...fit });
}
