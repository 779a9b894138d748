/**
 * Ways to become sparse, compared by accuracy and density (Gale, Elsen & Hooker 2019): gradual magnitude pruning and
 * random pruning on its schedule; variational dropout and L0 regularisation; and, trained from the start under the masks
 * that gradual pruning ended with, the first weights (ticket) and new ones (reinit and scratch-b, their scratch-E and scratch-B). Level l has the
 * counts of l rounds of the cut; of penalties it is the l-th rate, and the density what comes of it.
 */
import { fail } from "../base/errors.ts";
import { parseSteps, resolveSteps } from "../base/steps.ts";
import { iterationsPerEpoch } from "../dataset/batches.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { trainedImages } from "../dataset/split.ts";
import type { MaskSchedule } from "../train/gradual.ts";
import { commonOf } from "./common.ts";
import { LONGEST } from "./controls.ts";
import type { Runner } from "./execute.ts";
import type { Method } from "./method.ts";
import type { MethodArm, MethodsSpec } from "./methods-spec.ts";
import {
  cutOf,
  inOrder,
  networkAt,
  type Replicate,
  type StudyEvents,
  settled,
  started,
  toRow,
  trainLevel,
} from "./replicate.ts";
import type { Row } from "./row.ts";
import type { PruningSpec } from "./spec.ts";

/** One replicate, and when its masks are made. */
interface Task extends Replicate {
  readonly arms: readonly MethodArm[];
  readonly maskSchedule: MaskSchedule;
  readonly rates: Readonly<Record<"variational" | "l0", readonly number[]>>;
}

/** Runs the study, all replicates side by side; resolves to its rows in the order of arms, replicates and levels. */
export async function runMethods(
  spec: MethodsSpec,
  { runner, dataset, events = {} }: { runner: Runner; dataset: Dataset; events?: StudyEvents },
): Promise<Row[]> {
  const pruning = pruningOf(spec);
  const rates = { variational: spec.variationalRates, l0: spec.l0Rates };
  const common = { ...commonOf(pruning, dataset), spec: pruning, arms: spec.arms, rates };
  const maskSchedule = maskScheduleOf(spec, dataset, common.end);
  const replicates = Array.from({ length: spec.replicates }, (_, replicate) =>
    runReplicate({ ...common, runner, events, replicate, maskSchedule }),
  );
  return inOrder((await settled(replicates)).flat(), spec.arms);
}

/** What of the specification says how single networks are trained and cut. */
function pruningOf(spec: MethodsSpec): PruningSpec {
  const { pruneFrom: _from, pruneTo: _to, pruneEvery: _every, variationalRates: _v, l0Rates: _l, ...rest } = spec;
  return { ...rest, study: "oneshot", arms: ["dense"], rewind: "0" };
}

function maskScheduleOf(spec: MethodsSpec, dataset: Dataset, end: number): MaskSchedule {
  const perEpoch = iterationsPerEpoch(trainedImages(dataset, spec).length, spec.batch);
  const iterations = (text: string) => resolveSteps(parseSteps(text), perEpoch);
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
  });
}

async function runReplicate(task: Task): Promise<Row[]> {
  const network = await networkAt(task, 0, 0);
  const rows = task.arms.flatMap((arm) =>
    arm === "dense"
      ? [denseRow(task, network)]
      : levelsOf(task, arm).map((level) => armRow(task, { arm, level, network })),
  );
  return settled(rows.map(started));
}

/** Of an arm with a penalty, one for each of its rates. */
function levelsOf({ spec, rates }: Task, arm: Place["arm"]): number[] {
  const count = arm === "variational" || arm === "l0" ? rates[arm].length : spec.levels;
  return Array.from({ length: count }, (_, i) => i + 1);
}

async function denseRow(task: Task, network: string): Promise<Row> {
  const place = { arm: "dense", level: 0 } as const;
  return toRow(task, place, await trainLevel(task, { ...place, network, from: 0, to: task.end, urgent: false }));
}

interface Place {
  readonly arm: Exclude<MethodArm, "dense">;
  readonly level: number;
  /** The replicate's first weights. */
  readonly network: string;
}

async function armRow(task: Task, { arm, level, network }: Place): Promise<Row> {
  const method = methodOf(task, arm, level);
  if (method) return toRow(task, { arm, level }, await trainBy(task, { arm, level, network }, method));
  const mask = await trainBy(task, { arm: "gradual", level, network }, methodOf(task, "gradual", level)!);
  // Draws of fresh networks begin after the replicate's own, draw 0.
  const start = arm !== "ticket" ? await networkAt(task, level + 1, 0) : network;
  const place = { arm, level, network: start, mask, from: 0, to: task.end, urgent: false };
  const longer = arm === "scratch-b" ? { stretch: LONGEST } : {};
  return toRow(task, { arm, level }, await trainLevel(task, { ...place, ...longer }));
}

/** The method that an arm trains by; null for those that train under masks of another's. */
function methodOf({ spec, maskSchedule, rates }: Task, arm: Place["arm"], level: number): Method | null {
  if (arm === "ticket" || arm === "reinit") return null;
  const { begin, every, updates } = maskSchedule;
  if (arm === "variational" || arm === "l0")
    return { name: arm, rate: rates[arm][level - 1]!, begin, end: begin + every * updates };
  if (arm !== "gradual" && arm !== "gradual-random") return null;
  const by = arm === "gradual" ? "magnitude" : "random";
  return { name: "gradual", ...maskSchedule, by, cut: cutOf(spec), rounds: level };
}

function trainBy(task: Task, { arm, level, network }: Place, method: Method): Promise<string> {
  const training = { ...task.training, method };
  const urgent = arm === "gradual";
  return trainLevel({ ...task, training }, { arm, level, network, from: 0, to: task.end, urgent });
}
