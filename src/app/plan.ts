/** What a study will train, known before it starts: keys depend on what goes into a step, not on what comes out. */

import { requireFields } from "../base/checks.ts";
import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import type { InterpolateParams } from "../step/interpolate.ts";
import type { PruneParams } from "../step/prune.ts";
import { keyOf, type StepInput, type StepRequest } from "../step/request.ts";
import type { ScoreParams } from "../step/score.ts";
import type { TrainParams } from "../step/train.ts";
import type { TrunkParams } from "../step/trunk.ts";
import type { ArtifactStore } from "../store/store.ts";
import type { StudyKind, StudySpec } from "../study/kind.ts";
import { type AskedStep, stepsOfPlan } from "../study/plan.ts";
import { courseOf } from "./course.ts";
import type { Work } from "./meter.ts";
import { createRounds, type Rounds } from "./rounds.ts";

/** A network to be trained, a line between two to be scored, or a step of a study's own. */
export interface PlannedNetwork {
  /** As progress displays name it. */
  readonly label: string;
  /** Of the training; of a line, those of its ends; null of a step of a study's own. */
  readonly params: TrainParams | null;
  /** A step of a study's own, which may know what it costs. */
  readonly own?: StepRequest;
  /** About the share of weights that its mask keeps. */
  readonly density: number;
  /** Iterations; where their number depends on the mask, the most that it may be. */
  readonly iterations: number;
  /** The work of an iteration in those of a plain training; absent: 1. */
  readonly work?: number;
  /** About the density that a training ends at. */
  readonly last?: number;
  /** Images scored on a line, those of all its points together. */
  readonly lineImages?: number;
}

/** What a study asks for. */
export interface StudyPlan {
  /** The networks that it trains, by key, shared networks once. */
  readonly networks: ReadonlyMap<string, PlannedNetwork>;
  /** The keys of all its steps. */
  readonly keys: ReadonlySet<string>;
  /** Whether less may be asked for, as results come. */
  readonly atMost: boolean;
}

/** What a study is planned on. */
export interface PlanOptions {
  /** Those that it names. */
  readonly datasets: readonly Dataset[];
  /** The engine's class of arithmetic, part of the keys of steps that depend on it. */
  readonly arithmetic: string;
}

/**
 * Walks through a study without carrying out a step; throws `usage` on what does not fit the data.
 * @param on the data sets that it names, and the engine's class of arithmetic, see {@link keyOf}
 */
export function planStudy(kind: StudyKind, spec: StudySpec, on: PlanOptions): StudyPlan {
  requireFields("planStudy", on, ["datasets", "arithmetic"]);
  const { datasets, arithmetic } = on;
  kind.check?.(spec, datasets);
  const known: Known = {
    densities: new Map(),
    rounds: createRounds(datasets, arithmetic),
    networks: new Map(),
    datasets,
    arithmetic,
  };
  for (const step of stepsOfPlan(kind.plan(spec, datasets), arithmetic)) addStep(step, known);
  const { networks, densities } = known;
  return { networks, keys: new Set(densities.keys()), atMost: kind.adaptive ?? false };
}

/** What is known of the steps so far. */
interface Known {
  /** About the density of each step's output, by its key. */
  readonly densities: Map<string, number>;
  /** Refuses levels that there cannot be. */
  readonly rounds: Rounds;
  readonly networks: Map<string, PlannedNetwork>;
  readonly datasets: readonly Dataset[];
  readonly arithmetic: string;
}

function addStep(step: AskedStep, known: Known): void {
  const { densities, networks } = known;
  if (densities.has(step.key)) return;
  known.rounds.add(step);
  const before = densityOf(step, known);
  const cost = COSTS[step.request.step]?.(step, before, known);
  densities.set(step.key, cost?.last ?? before);
  const { label } = step;
  if (cost) networks.set(step.key, { label: label ?? step.request.step, ...cost.network });
  else if (label !== undefined)
    networks.set(step.key, { label, params: null, density: before, iterations: 0, own: step.request });
}

interface Cost {
  readonly network: Omit<PlannedNetwork, "label">;
  /** About the density of the output, where it is not that of what goes in. */
  readonly last?: number;
}

/** What the steps cost that take long. */
const COSTS: Readonly<Record<string, (step: AskedStep, before: number, known: Known) => Cost>> = {
  train({ request }, kept) {
    const params = request.params as unknown as TrainParams;
    // Cut weights that stay in the network cost what the others do.
    const before = params.cutWeights ? 1 : kept;
    const { mean: density, last, work } = courseOf(params, before);
    return {
      network: { params, density, iterations: iterationsOf(params, density), ...(work !== 1 && { work }), last },
      last,
    };
  },
  trunk({ request }, density, { networks, arithmetic }) {
    const params = { ...(request.params as unknown as TrunkParams), from: 0 };
    const start = request.headStart === undefined ? undefined : networks.get(keyOf(request.headStart, arithmetic));
    return { network: { params, density, iterations: params.to - (start?.params?.to ?? 0) } };
  },
  interpolate({ request }, density, { networks, datasets, arithmetic }) {
    const params = networks.get(keyOf(request.inputs.a!, arithmetic))?.params ?? null;
    const images = lineImages(request.params as unknown as InterpolateParams, datasets);
    return { network: { params, density, iterations: 0, lineImages: images } };
  },
  score({ request }, density, { networks, datasets }) {
    const asked = request.params as unknown as ScoreParams;
    const alike = [...networks.values()].find(
      ({ params }) => params?.model === asked.model && params.data === asked.data,
    );
    const lineImages = scoredRows(asked, datasets);
    return { network: { params: alike?.params ?? null, density, iterations: 0, lineImages } };
  },
};

/** Rows held out and rows of the test set that the step `score` scores, in the time of a trained network of its kind. */
function scoredRows({ data, validation }: ScoreParams, datasets: readonly Dataset[]): number {
  return validation + datasetNamed(datasets, data).test.count;
}

/** Recomputed statistics take another pass over the training images, and the scores another. */
function lineImages(params: InterpolateParams, datasets: readonly Dataset[]): number {
  const { data, points, validation, trainSize, trainImages, recompute } = params;
  const { train, test, trainSize: most } = datasetNamed(datasets, data);
  const scored = trainImages ?? trainSize ?? most ?? train.count - validation;
  return points * (scored + test.count + (recompute ? 2 * scored + test.count : 0));
}

function iterationsOf({ from, to, stretch }: TrainParams, density: number): number {
  return stretch === undefined ? to - from : Math.round(Math.min(stretch.most ?? Infinity, 1 / density) * to);
}

/** About the density of a step's output: that of its mask or network, and what pruning leaves of it. */
function densityOf({ request: { step, params, inputs } }: AskedStep, { densities, arithmetic }: Known): number {
  const from: StepInput | undefined = inputs.mask ?? inputs.network ?? inputs.a;
  const before = (from === undefined ? undefined : densities.get(keyOf(from, arithmetic))) ?? 1;
  if (step !== "prune" && step !== "criterion") return before;
  const { cut, rounds, unit } = params as unknown as PruneParams;
  // A filter goes with the weights that read its channel.
  return before * (1 - cut) ** (unit === "filter" ? 2 * rounds : rounds);
}

/** Share of an iteration that takes its time however few weights there are, as measured on LeNet-300-100. */
const FIXED_WORK = 0.05;

/** Forward passes in the time of a training iteration. */
const PASSES = 3;

/** The work of a plan's networks in iterations of a dense network, for a meter. */
export function workOf({ networks }: StudyPlan): Work {
  const works = [...networks].map(([key, { label, iterations, work: each = 1, density, params, lineImages = 0 }]) => {
    const dense = each * iterations + (params ? lineImages / params.batch / PASSES : 0);
    return { key, label, work: dense * (FIXED_WORK + (1 - FIXED_WORK) * density) };
  });
  return {
    networks: new Map(works.map(({ key, work }) => [key, work])),
    labels: new Map(works.map(({ label, work }) => [label, work])),
  };
}

/** The networks of a plan that a store has. */
export async function storedOf({ networks }: StudyPlan, store: Pick<ArtifactStore, "has">): Promise<Set<string>> {
  const found = await Promise.all([...networks.keys()].map(async (key) => ({ key, has: await store.has(key) })));
  return new Set(found.filter(({ has }) => has).map(({ key }) => key));
}
