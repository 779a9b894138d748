/** Whether memory stays flat over many training steps. */
import { type StepCase, stepName } from "./families.ts";
import { type BenchRow, significant } from "./rows.ts";
import type { Setting } from "./sources.ts";
import { openStep } from "./step.ts";

/** Steps that are not counted: what the engine and the host allocate once is there after them. */
const WARM_UP = 1000;

/**
 * Runs `steps` steps of a case; `ms` is their mean.
 * @param resident reads the process's resident memory in bytes
 */
export function memoryRow(
  { engine, family, dataset }: Omit<Setting, "slice">,
  { steps, resident, ...stepCase }: StepCase & { steps: number; resident: () => number },
): BenchRow {
  const { instance, run } = openStep(engine, dataset, { ...stepCase, model: family.model });
  for (let step = 0; step < WARM_UP; step++) run();
  const [before, start] = [resident(), performance.now()];
  for (let step = 0; step < steps; step++) run();
  const ms = significant((performance.now() - start) / steps);
  const growth = resident() - before;
  instance.close();
  const { density, batch } = stepCase;
  const name = `${stepName(family, batch)}, ${steps} steps`;
  return { case: name, engine: engine.name, density, threads: engine.threads, ms, growth };
}
