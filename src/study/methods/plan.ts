/**
 * Ways to become sparse, compared by accuracy and density (Gale, Elsen & Hooker 2019): gradual magnitude pruning and
 * random pruning on its schedule; variational dropout and L0 regularisation; and, trained from the start under the masks
 * that gradual pruning ended with, the first weights (ticket) and new ones (reinit and scratch-b, their scratch-E and scratch-B). Level l has the
 * counts of l rounds of the cut; of penalties it is the l-th rate, and the density what comes of it.
 */
import { fail } from "../../base/errors.ts";
import { parseLength, resolveLength } from "../../base/length.ts";
import { iterationsPerEpoch } from "../../dataset/batches.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { trainedImages } from "../../dataset/split.ts";
import type { Method } from "../../step/method.ts";
import type { StepRequest } from "../../step/request.ts";
import type { MaskSchedule } from "../../train/gradual.ts";
import { commonOf, type Settled, settled } from "../shared/common.ts";
import { stretchOf } from "../shared/controls.ts";
import { cutOf, initialNetwork, type NetworkPlan, type Replicate, trainLevel } from "../shared/replicate.ts";
import type { MethodArm, MethodsSpec } from "./spec.ts";

/** One replicate, and when its masks are made. */
interface Comparison extends Replicate {
  readonly arms: readonly MethodArm[];
  readonly maskSchedule: MaskSchedule;
  readonly rates: Readonly<Record<"variational" | "l0", readonly number[]>>;
}

/** The steps of the study; throws `usage` on lengths that do not fit the data. */
export function* methodsPlan(asked: MethodsSpec, dataset: Dataset): NetworkPlan {
  const spec = settled(asked, dataset);
  const pruning = pruningOf(spec);
  const rates = { variational: spec.variationalRates, l0: spec.l0Rates };
  const common = { ...commonOf(pruning, dataset), spec: pruning, arms: spec.arms, rates };
  const maskSchedule = maskScheduleOf(spec, dataset, common.end);
  for (let replicate = 0; replicate < spec.replicates; replicate++)
    yield* replicatePlan({ ...common, replicate, maskSchedule });
}

type SettledMethods = ReturnType<typeof settled<MethodsSpec>>;

/** What of the specification says how single networks are trained and cut. */
function pruningOf(spec: SettledMethods): Settled {
  const { pruneFrom: _from, pruneTo: _to, pruneEvery: _every, variationalRates: _v, l0Rates: _l, ...rest } = spec;
  return { ...rest, study: "oneshot", arms: ["dense"], rewind: "0" };
}

function maskScheduleOf(spec: SettledMethods, dataset: Dataset, end: number): MaskSchedule {
  const perEpoch = iterationsPerEpoch(trainedImages(dataset, spec).length, spec.batch);
  const iterations = (text: string) => resolveLength(parseLength(text), perEpoch);
  const [begin, to, every] = [spec.pruneFrom, spec.pruneTo, spec.pruneEvery].map(iterations) as [
    number,
    number,
    number,
  ];
  const updates = Math.floor((to - begin) / Math.max(1, every));
  if (every >= 1 && updates >= 1 && to < end) return { begin, every, updates };
  return fail("usage", "pruneTo", {
    rule: `must be at least pruneEvery (${spec.pruneEvery}) after pruneFrom (${spec.pruneFrom}), and before the end of training (${spec.steps})`,
    got: spec.pruneTo,
    remedy: `An epoch has ${perEpoch} iterations`,
    fields: ["pruneEvery", "pruneFrom"],
  });
}

function* replicatePlan(setup: Comparison): NetworkPlan {
  const network = initialNetwork(setup, 0);
  for (const arm of setup.arms) {
    if (arm === "dense") yield* trainLevel(setup, { arm, level: 0, network, from: 0, to: setup.end, urgent: false });
    else for (const level of levelsOf(setup, arm)) yield* armPlan(setup, { arm, level, network });
  }
}

/** Of an arm with a penalty, one for each of its rates. */
function levelsOf({ spec, rates }: Comparison, arm: ArmLevel["arm"]): number[] {
  const count = arm === "variational" || arm === "l0" ? rates[arm].length : spec.levels;
  return Array.from({ length: count }, (_, i) => i + 1);
}

interface ArmLevel {
  readonly arm: Exclude<MethodArm, "dense">;
  readonly level: number;
  /** The replicate's first weights. */
  readonly network: StepRequest;
}

function* armPlan(setup: Comparison, { arm, level, network }: ArmLevel): NetworkPlan {
  const method = methodOf(setup, arm, level);
  if (method) {
    yield* trainBy(setup, { arm, level, network }, method);
    return;
  }
  const gradual = { arm: "gradual", level, network, rows: [] } as const;
  const mask = yield* trainBy(setup, gradual, methodOf(setup, "gradual", level)!);
  // Draws of fresh networks begin after the replicate's own, draw 0.
  const start = arm === "ticket" ? network : initialNetwork(setup, level + 1);
  const place = { arm, level, network: start, mask, from: 0, to: setup.end, urgent: false };
  const longer = arm === "scratch-b" ? { stretch: stretchOf(setup) } : {};
  yield* trainLevel(setup, { ...place, ...longer });
}

/** The method that an arm trains by; null for those that train under masks of another's. */
function methodOf({ spec, maskSchedule, rates }: Comparison, arm: ArmLevel["arm"], level: number): Method | null {
  if (arm === "ticket" || arm === "reinit") return null;
  const { begin, every, updates } = maskSchedule;
  if (arm === "variational" || arm === "l0")
    return { name: arm, rate: rates[arm][level - 1]!, begin, end: begin + every * updates };
  if (arm !== "gradual" && arm !== "gradual-random") return null;
  const by = arm === "gradual" ? "magnitude" : "random";
  return { name: "gradual", ...maskSchedule, by, cut: cutOf(spec), rounds: level };
}

function trainBy(
  setup: Comparison,
  place: ArmLevel & { rows?: readonly [] },
  method: Method,
): NetworkPlan<StepRequest> {
  const training = { ...setup.training, method };
  return trainLevel({ ...setup, training }, { ...place, from: 0, to: setup.end, urgent: place.arm === "gradual" });
}
