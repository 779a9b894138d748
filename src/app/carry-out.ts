/** Carrying a study out: each step once what it takes in is there, and rows as they finish. */
import { requireFields } from "../base/checks.ts";
import type { StudyRow } from "../study/kind.ts";
import { type CarryOut, createWork, type Work } from "./work.ts";

export type { CarryOut, StudyEvents } from "./work.ts";

/**
 * Runs a study to its end; resolves to its rows in order. What fails does not tear down the rest.
 * @throws the first failure of a step or of the plan, once everything has ended that does not depend on it; `interrupted`
 *   where the runner was told to stop; `diverged` where a training did and no row is left
 */
export async function carryOut(study: CarryOut): Promise<readonly StudyRow[]> {
  requireFields("carryOut", study, ["kind", "spec", "datasets", "runner"]);
  const work = createWork(study);
  await askAll(study, work).catch(work.note);
  return work.finish();
}

/** Asks for the steps of the plan as there is room for them; an adaptive study asks by itself. */
async function askAll({ kind, spec, datasets }: CarryOut, work: Work): Promise<void> {
  if (kind.adaptive && kind.run) return kind.run(spec, { datasets, step: work.result });
  for (const planned of kind.plan(spec, datasets)) {
    if (work.isStopped()) return;
    work.ask(planned);
    await work.room();
  }
}
