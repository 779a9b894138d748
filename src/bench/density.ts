/** The time and the memory of a training step as weights are pruned away. */
import type { Dataset } from "../dataset/dataset.ts";
import type { HostEngine } from "../engine/engine.ts";
import { bufferBytes } from "../program/print.ts";
import type { Program } from "../program/program.ts";
import { stepName } from "./families.ts";
import { type Source, timeSlice } from "./rows.ts";
import { compileStep, type ModelStep, maskOf, modelOf, openStep } from "./step.ts";

/** Bytes that a program needs on an engine with so many threads. */
export interface ProgramBytes {
  /** Everything: the arena, and every thread's scratch. */
  readonly total: number;
  /** Parameters and optimizer state as they are stored, and the index of the kept entries. */
  readonly weights: number;
}

/** Densities of ten cuts of a fifth, and ten more: 1, 0.8, 0.64, ..., 0.0115. */
export const SWEEP: readonly number[] = Array.from({ length: 21 }, (_, level) => 0.8 ** level);

/** A source of one step that opens it anew each time, as all densities at once would not fit into memory. */
export function densitySource(engine: HostEngine, dataset: Dataset, step: ModelStep & { slice: number }): Source {
  const { model, batch, density, slice } = step;
  const row = { case: stepName({ model }, batch), engine: engine.name, density, threads: engine.threads };
  return async () => {
    const { instance, run } = openStep(engine, dataset, step);
    const ms = await timeSlice(run, slice);
    instance.close();
    return [{ ...row, ms }];
  };
}

/** What a step's program needs in memory at its density; the peak, as all of it is there from the start. */
export function stepBytes(dataset: Dataset, step: ModelStep, threads: number): ProgramBytes {
  const model = modelOf(step, dataset);
  return programBytes(compileStep(model, dataset, { batch: step.batch, mask: maskOf(model, step.density) }), threads);
}

function programBytes(program: Program, threads: number): ProgramBytes {
  const { parameters, constants, arenaElements, scratchElements } = program;
  const stored = [...parameters.values()].flatMap(({ buffer, slots }) => [buffer, ...slots.values()]);
  const weights = [...stored, ...constants.keys()].reduce((sum, buffer) => sum + bufferBytes(buffer), 0);
  return { total: 4 * (arenaElements + threads * scratchElements), weights };
}
