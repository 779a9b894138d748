/** One replicate of a study of pruned networks: the steps that its arms are made of. */
import type { Cut } from "../../prune/prune.ts";
import { givenStep } from "../../step/given.ts";
import { type InitialiseParams, initialiseStep } from "../../step/initialise.ts";
import { pruneStep } from "../../step/prune.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import type { Schedule } from "../../train/schedule.ts";
import type { Arm, NetworkPlace } from "../networks/row.ts";
import type { Plan, Planned } from "../plan.ts";
import type { Common } from "./common.ts";
import type { PruningSpec } from "./spec.ts";

/** What the trainings of one replicate need. */
export interface Replicate extends Common {
  readonly spec: PruningSpec;
  readonly replicate: number;
}

/** Steps of a study whose rows are trained networks. */
export type NetworkPlan<Result = void> = Plan<NetworkPlace, Result>;

/** The fresh network of a draw; in place of the replicate's own, draw 0, that of a file where one is named. */
export function initialNetwork({ spec, replicate }: Replicate, draw: number): StepRequest {
  const { model, data, init, seed, from } = spec;
  if (from && draw === 0) return request(givenStep, { model, sha256: from.sha256 });
  const params: InitialiseParams = { model, data, init, seed, replicate, draw };
  return request(initialiseStep, params);
}

/**
 * Level 0 of a network that somebody else trained, scored as it is: a training of no iterations, one for all replicates.
 * @param rows the arms whose row it is
 */
export function* givenLevel(
  { spec: { model }, replicate, training, end }: Replicate,
  { name, sha256 }: NonNullable<PruningSpec["trained"]>,
  rows: readonly Arm[],
): NetworkPlan<StepRequest> {
  const network = request(givenStep, { model, sha256 });
  const scored = request(trainStep, { ...training, replicate: 0, draw: 0, from: end, to: end }, { network });
  const places = rows.map((arm) => ({ arm, replicate, level: 0 }));
  yield { request: scored, label: `${name} as it is`, urgent: true, rows: places };
  return scored;
}

/** The network that draw `draw`'s training has at iteration `to`, 0 being the initialisation. */
export function* networkAt(setup: Replicate, draw: number, to: number): NetworkPlan<StepRequest> {
  const { replicate, training } = setup;
  const network = initialNetwork(setup, draw);
  if (to === 0) return network;
  const trained = request(trainStep, { ...training, replicate, draw: 0, from: 0, to }, { network });
  yield {
    request: trained,
    label: `iteration ${to} of draw ${draw}, replicate ${replicate}`,
    urgent: draw === 0,
  };
  return trained;
}

/** How much a round of the study removes. */
export function cutOf({ cut, outputCutFactor, shortcutCutFactor, convCutFactor, scope }: PruningSpec): Cut {
  const factors = {
    ...(shortcutCutFactor !== undefined && { shortcutCutFactor }),
    ...(convCutFactor !== undefined && { convCutFactor }),
  };
  return { cut, outputCutFactor, scope, ...factors };
}

/** The mask that `rounds` rounds leave of a network's own. */
export function prunedMask(setup: Replicate, network: StepRequest, rounds: number): StepRequest {
  const { spec, replicate } = setup;
  const { model, data, unit, scores: name, seed } = spec;
  const params = { model, data, ...cutOf(spec), ...(unit && { unit }), rounds };
  if (name === undefined) return request(pruneStep, params, { network });
  const scores = { name, seed, replicate, draw: 0 };
  return request(pruneStep, { ...params, scores }, { network, initial: initialNetwork(setup, 0) });
}

/** What one network of a level is trained from, under which mask, and between which iterations. */
export interface Level {
  readonly arm: Arm;
  readonly level: number;
  readonly network: StepRequest;
  readonly mask?: StepRequest;
  readonly from: number;
  readonly to: number;
  /** In place of the study's own. */
  readonly schedule?: Schedule;
  /** See the parameter of the step. */
  readonly stretch?: TrainParams["stretch"];
  /** Whether other networks wait for this one. */
  readonly urgent: boolean;
}

/** A network of a level as it is planned. */
export function levelStep(
  { replicate, training }: Replicate,
  level: Level,
): Pick<Planned, "request" | "label"> & { readonly urgent: boolean } {
  const { arm, level: draw, network, mask, from, to, urgent, stretch, schedule = training.schedule } = level;
  const params = { ...training, schedule, replicate, draw, from, to, ...(stretch !== undefined && { stretch }) };
  const trained = request(trainStep, params, mask ? { network, mask } : { network });
  return { request: trained, label: `${arm} level ${draw}, replicate ${replicate}`, urgent };
}

/**
 * Trains one network; every level sees its own order of the data, alike in all arms.
 * @param rows the arms whose row at this level it is
 */
export function* trainLevel(
  setup: Replicate,
  { rows, ...level }: Level & { readonly rows?: readonly Arm[] },
): NetworkPlan<StepRequest> {
  const { replicate } = setup;
  const step = levelStep(setup, level);
  yield { ...step, rows: (rows ?? [level.arm]).map((arm) => ({ arm, replicate, level: level.level })) };
  return step.request;
}
