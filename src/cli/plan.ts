/** What a study will train, known before it starts: keys depend on what goes into a step, not on what comes out. */

import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import { type ArtifactStore, artifactKey } from "../store/store.ts";
import { identify, type Runner, type StepRequest } from "../study/execute.ts";
import type { StepParams } from "../study/steps.ts";
import { runStudy, type StudySpec } from "../study/studies.ts";
import type { Work } from "./meter.ts";
import { courseOf } from "./plan-method.ts";

/** A network to be trained, or a line between two to be scored. */
export interface PlannedNetwork {
  /** As progress displays name it. */
  readonly label: string;
  /** Of the training; of a line, those of its ends. */
  readonly params: StepParams["train"];
  /** About the share of weights that its mask keeps. */
  readonly density: number;
  /** Iterations; where their number depends on the mask, the most that it may be. */
  readonly iterations: number;
  /** Images scored on a line, those of all its points together. */
  readonly lineImages?: number;
}

/** The networks that a study trains, by key, shared networks once. */
export interface Plan {
  readonly networks: ReadonlyMap<string, PlannedNetwork>;
}

/** Walks through the study without carrying out a step; throws `usage` on what does not fit the data. */
export async function planStudy(spec: StudySpec, datasets: readonly Dataset[]): Promise<Plan> {
  const densities = new Map<string, number>();
  const networks = new Map<string, PlannedNetwork>();
  const run: Runner["run"] = async (request, { label = "" } = {}) => {
    const key = artifactKey(identify(request));
    const before = densityOf(request, densities);
    densities.set(key, before);
    if (networks.has(key)) return key;
    if (request.step === "interpolate") {
      const params = networks.get(request.inputs.a!)!.params;
      networks.set(key, { label, params, density: before, iterations: 0, lineImages: lineImages(request, datasets) });
    }
    if (request.step === "trunk") {
      const params = { ...(request.params as StepParams["trunk"]), from: 0 };
      const done = networks.get(request.headStart ?? "")?.params.to ?? 0;
      networks.set(key, { label, params, density: before, iterations: params.to - done });
    }
    if (request.step !== "train") return key;
    const params = request.params as StepParams["train"];
    const { mean: density, last, work } = courseOf(params, before);
    densities.set(key, last);
    networks.set(key, { label, params, density, iterations: work * iterationsOf(params, density) });
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
  await runStudy(spec, { runner: { store: { readMeta } as unknown as ArtifactStore, run }, datasets });
  return { networks };
}

/** Recomputed statistics take another pass over the training images, and the scores another. */
function lineImages({ params }: StepRequest, datasets: readonly Dataset[]): number {
  const { data, points, validation, trainSize, trainImages, recompute } = params as StepParams["interpolate"];
  const { train, test } = datasetNamed(datasets, data);
  const scored = trainImages ?? trainSize ?? train.count - validation;
  return points * (scored + test.count + (recompute ? 2 * scored + test.count : 0));
}

function iterationsOf({ from, to, stretch }: StepParams["train"], density: number): number {
  return stretch === undefined ? to - from : Math.round(Math.min(stretch, 1 / density) * to);
}

/** About the density of a step's output: that of its mask or network, and what pruning leaves of it. */
function densityOf({ step, params, inputs }: StepRequest, known: ReadonlyMap<string, number>): number {
  const before = known.get(inputs.mask ?? inputs.network ?? inputs.a ?? "") ?? 1;
  if (step !== "prune") return before;
  const { cut, rounds } = params as StepParams["prune"];
  return before * (1 - cut) ** rounds;
}

/** Share of an iteration that takes its time however few weights there are, as measured on LeNet-300-100. */
const FIXED_WORK = 0.05;

/** Forward passes in the time of a training iteration. */
const PASSES = 3;

/** The work of a plan's networks in iterations of a dense network, for a meter. */
export function workOf({ networks }: Plan): Work {
  const works = [...networks].map(([key, { label, iterations, density, params, lineImages = 0 }]) => {
    const dense = iterations + lineImages / params.batch / PASSES;
    return { key, label, work: dense * (FIXED_WORK + (1 - FIXED_WORK) * density) };
  });
  return {
    networks: new Map(works.map(({ key, work }) => [key, work])),
    labels: new Map(works.map(({ label, work }) => [label, work])),
  };
}

/** The networks of a plan that a store has. */
export async function storedOf({ networks }: Plan, store: Pick<ArtifactStore, "has">): Promise<Set<string>> {
  const found = await Promise.all([...networks.keys()].map(async (key) => ({ key, has: await store.has(key) })));
  return new Set(found.filter(({ has }) => has).map(({ key }) => key));
}
