/** What a study will train, known before it starts: keys depend on what goes into a step, not on what comes out. */

import type { Dataset } from "../dataset/dataset.ts";
import { type ArtifactStore, artifactKey } from "../store/store.ts";
import { identify, type Runner } from "../study/execute.ts";
import { runPruning } from "../study/pruning.ts";
import type { PruningSpec } from "../study/spec.ts";
import type { StepParams } from "../study/steps.ts";

/** Iterations by key of every network that a study trains, the shared ones once. */
export type Plan = ReadonlyMap<string, number>;

/** Walks through the study without carrying out a step; throws `usage` on what does not fit the data. */
export async function planStudy(spec: PruningSpec, dataset: Dataset): Promise<Plan> {
  const trainings = new Map<string, number>();
  const readMeta: ArtifactStore["readMeta"] = async () => ({
    step: "",
    version: 0,
    params: {},
    inputs: {},
    result: {},
  });
  const run: Runner["run"] = async (request) => {
    const key = artifactKey(identify(request));
    const { from, to } = request.params as StepParams["train"];
    if (request.step === "train") trainings.set(key, to - from);
    return key;
  };
  // A study asks its store for nothing but the meta of what was trained.
  await runPruning(spec, { runner: { store: { readMeta } as unknown as ArtifactStore, run }, dataset });
  return trainings;
}

/** How many of a plan's networks a store has. */
export async function countStored(plan: Plan, store: Pick<ArtifactStore, "has">): Promise<number> {
  const found = await Promise.all([...plan.keys()].map((key) => store.has(key)));
  return found.filter(Boolean).length;
}
