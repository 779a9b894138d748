/**
 * Instability analysis (Frankle et al. 2020, section 2): copies of one network at iteration k, trained on with other SGD
 * noise, joined by a line in weight space. `dense` is the whole network. The others have the mask that IMP with rewinding
 * to k leaves at the last level (section 4): `rewound` its own weights at k, `reinit` those of another initialisation's
 * training; `random` and `shuffle` have masks of equal counts a layer, the first drawn anew, the second permuted.
 */
import { fail } from "../../base/errors.ts";
import { parseLength, resolveLength } from "../../base/length.ts";
import { iterationsPerEpoch } from "../../dataset/batches.ts";
import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import { trainedImages } from "../../dataset/split.ts";
import { type InterpolateParams, interpolateStep } from "../../step/interpolate.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { trainStep } from "../../step/train.ts";
import { trunkStep } from "../../step/trunk.ts";
import type { Plan } from "../plan.ts";
import { commonOf, settled } from "../shared/common.ts";
import { controlMask } from "../shared/controls.ts";
import { inPanel } from "../shared/panel.ts";
import { initialNetwork, levelStep, prunedMask, type Replicate } from "../shared/replicate.ts";
import { checkNoise } from "./noise.ts";
import type { PairArm, PairPlace } from "./pair.ts";
import { type InstabilitySpec, instabilityOf, type NetworksSpec, trainingOf } from "./spec.ts";

/** Steps of a study whose rows are pairs. */
type PairPlan<Result = void> = Plan<PairPlace, Result>;

type SettledAnalysis = ReturnType<typeof settled<InstabilitySpec>>;

/** One replicate of an analysis. */
interface Analysis extends Replicate {
  readonly analysis: SettledAnalysis;
  /** The partings as iterations, ascending. */
  readonly at: readonly number[];
}

/** The analyses of all networks one after the other. */
export function* networksPlan({ networks }: NetworksSpec, datasets: readonly Dataset[]): PairPlan {
  for (const each of networks)
    yield* inPanel(each.name, instabilityPlan(instabilityOf(each), datasetNamed(datasets, each.data)));
}

/** The steps of an analysis; throws `usage` on what does not fit the data. */
export function* instabilityPlan(asked: InstabilitySpec, dataset: Dataset): PairPlan {
  checkNoise(asked.model, dataset);
  const spec = settled(asked, dataset);
  const training = settled(trainingOf(spec), dataset);
  const common = { ...commonOf(training, dataset), spec: training, analysis: spec };
  const at = partings(spec, dataset, common.end);
  trainedImages(dataset, spec, spec.trainImages); // lines come last, and what they need is known now
  for (let replicate = 0; replicate < spec.replicates; replicate++)
    for (const step of at) yield* analysisPlan({ ...common, at, replicate }, step);
}

function partings(spec: SettledAnalysis, dataset: Dataset, end: number): number[] {
  const { at, batch, steps } = spec;
  const perEpoch = iterationsPerEpoch(trainedImages(dataset, spec).length, batch);
  const iterations = at.map((text) => resolveLength(parseLength(text), perEpoch));
  const late = at[iterations.findIndex((iteration) => iteration >= end)];
  const remedy = `An epoch has ${perEpoch} iterations`;
  if (late) fail("usage", "at", { rule: `must come before the end of training, ${steps}`, got: late, remedy });
  return [...new Set(iterations)].sort((a, b) => a - b);
}

/** The network that draw `draw`'s training has at a parting; it has a head start from the parting before. */
function* trunkAt(setup: Analysis, draw: number, step: number): PairPlan<StepRequest> {
  const network = initialNetwork(setup, draw);
  if (step === 0) return network;
  const { replicate, training, at } = setup;
  const last = at[at.indexOf(step) - 1] ?? 0;
  const headStart = last > 0 ? { headStart: yield* trunkAt(setup, draw, last) } : {};
  const trunk = request(trunkStep, { ...training, replicate, draw: 0, to: step }, { network });
  const found = { ...trunk, ...headStart };
  yield { request: found, label: `iteration ${step} of draw ${draw}, replicate ${replicate}`, urgent: true };
  return found;
}

type SparseArm = Exclude<PairArm, "dense">;

/** All arms at one parting. */
function* analysisPlan(setup: Analysis, step: number): PairPlan {
  const { arms } = setup.analysis;
  const trunk = yield* trunkAt(setup, 0, step);
  const dense: Copied = { arm: "dense", step, network: trunk, trunk };
  const sparse = arms.filter((arm): arm is SparseArm => arm !== "dense");
  const rewound = sparse.length > 0 ? yield* climb(setup, dense) : null;
  if (arms.includes("dense")) yield* pairsPlan(setup, dense);
  if (rewound)
    for (const arm of sparse)
      yield* pairsPlan(setup, { arm, step, trunk, ...(yield* startOf(setup, { arm, step, trunk, rewound })) });
}

/** What copies are trained from. */
interface Copied {
  readonly arm: PairArm;
  readonly step: number;
  readonly network: StepRequest;
  readonly mask?: StepRequest;
  /** The dense network at the parting. */
  readonly trunk: StepRequest;
}

/** The mask that IMP with rewinding leaves at the last level; its dense network is the first copy. */
function* climb(setup: Analysis, dense: Copied): PairPlan<StepRequest> {
  const { network, step: from } = dense;
  const { levels } = setup.analysis;
  let mask = prunedMask(setup, yield* trainCopy(setup, dense, 0), 1);
  for (let level = 1; level < levels; level++) {
    const rung = levelStep(setup, { arm: "rewound", level, network, mask, from, to: setup.end, urgent: true });
    yield rung;
    mask = prunedMask(setup, rung.request, 1);
  }
  return mask;
}

type Start = Pick<Copied, "step" | "trunk"> & { readonly arm: SparseArm; readonly rewound: StepRequest };

function* startOf(setup: Analysis, { arm, step, trunk, rewound }: Start): PairPlan<Pick<Copied, "network" | "mask">> {
  const { levels: level } = setup.analysis;
  if (arm === "rewound") return { network: trunk, mask: rewound };
  // Draws of fresh networks begin after the replicate's own, draw 0.
  if (arm === "reinit") return { network: yield* trunkAt(setup, 1, step), mask: rewound };
  return { network: trunk, mask: controlMask(setup, { how: arm, level, mask: rewound }) };
}

/** Trains the copies, and scores the lines between all pairs of them. */
function* pairsPlan(setup: Analysis, copied: Copied): PairPlan {
  const copies: StepRequest[] = [];
  for (let copy = 0; copy < setup.analysis.copies; copy++) copies.push(yield* trainCopy(setup, copied, copy));
  const { arm, step, trunk, network } = copied;
  const { replicate, end: steps } = setup;
  for (const [i, a] of copies.entries())
    for (const [j, b] of copies.entries()) {
      if (j <= i) continue;
      const place: PairPlace = { arm, replicate, step, steps, copies: [i, j], trunk };
      const line = request(interpolateStep, lineOf(setup), { a, b, origin: network });
      const label = `${arm} from iteration ${step}, copies ${i} and ${j}, replicate ${replicate}`;
      yield { request: line, label, rows: [place] };
    }
}

/**
 * Trains a copy; only its draw, which names the order of the data, augmentation and dropout, tells it from the others. The
 * trainings behind a mask had the draws below `levels`, so sparse copies begin there: noise that chose a mask must not
 * train what is under it.
 */
function* trainCopy(
  { training, replicate, end, analysis }: Analysis,
  { arm, step, network, mask }: Copied,
  copy: number,
): PairPlan<StepRequest> {
  const draw = arm === "dense" ? copy : analysis.levels + copy;
  const params = { ...training, replicate, draw, from: step, to: end };
  const trained = request(trainStep, params, mask ? { network, mask } : { network });
  const label = `${arm} from iteration ${step}, copy ${copy}, replicate ${replicate}`;
  yield { request: trained, label, urgent: arm === "dense" && copy === 0 };
  return trained;
}

function lineOf({ analysis }: Analysis): InterpolateParams {
  const { model, data, validation, trainSize, points, trainImages, recompute, align } = analysis;
  const optional = { ...(trainSize !== undefined && { trainSize }), ...(trainImages !== undefined && { trainImages }) };
  return { ...{ model, data, validation, points, recompute, ...optional }, ...(align && { align }) };
}
