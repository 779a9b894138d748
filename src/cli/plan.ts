/** What a study will train, known before it starts: keys depend on what goes into a step, not on what comes out. */

import type { Dataset } from "../dataset/dataset.ts";
import { type ArtifactStore, artifactKey } from "../store/store.ts";
import { identify, type Runner, type StepRequest } from "../study/execute.ts";
import { runPruning } from "../study/pruning.ts";
import type { PruningSpec } from "../study/spec.ts";
import type { StepParams } from "../study/steps.ts";

/** The networks that a study trains, and the work of each in iterations of a dense network. */
export interface Plan {
  /** By key, shared networks once. */
  readonly networks: ReadonlyMap<string, number>;
  /** By the label of progress displays. */
  readonly labels: ReadonlyMap<string, number>;
}

/** Share of an iteration that takes its time however few weights there are, as measured on LeNet-300-100. */
const FIXED_WORK = 0.05;

/** Walks through the study without carrying out a step; throws `usage` on what does not fit the data. */
export async function planStudy(spec: PruningSpec, dataset: Dataset): Promise<Plan> {
  const densities = new Map<string, number>();
  const [networks, labels] = [new Map<string, number>(), new Map<string, number>()];
  const run: Runner["run"] = async (request, { label = "" } = {}) => {
    const key = artifactKey(identify(request));
    const density = densityOf(request, densities);
    densities.set(key, density);
    if (request.step === "train") {
      const { from, to } = request.params as StepParams["train"];
      const work = (to - from) * (FIXED_WORK + (1 - FIXED_WORK) * density);
      networks.set(key, work);
      labels.set(label, work);
    }
    return key;
  };
  const readMeta: ArtifactStore["readMeta"] = async () => ({
    step: "",
    version: 0,
    params: {},
    inputs: {},
    result: {},
  });
  // A study asks its store for nothing but the meta of what was trained.
  await runPruning(spec, { runner: { store: { readMeta } as unknown as ArtifactStore, run }, dataset });
  return { networks, labels };
}

/** About the density of a step's output: that of its mask or network, and what pruning leaves of it. */
function densityOf({ step, params, inputs }: StepRequest, known: ReadonlyMap<string, number>): number {
  const before = known.get(inputs.mask ?? inputs.network ?? "") ?? 1;
  if (step !== "prune") return before;
  const { cut, rounds } = params as StepParams["prune"];
  return before * (1 - cut) ** rounds;
}

/** How many of a plan's networks a store has. */
export async function countStored({ networks }: Plan, store: Pick<ArtifactStore, "has">): Promise<number> {
  const found = await Promise.all([...networks.keys()].map((key) => store.has(key)));
  return found.filter(Boolean).length;
}
