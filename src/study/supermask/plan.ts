/**
 * Masks by criterion, and what weights start from under them (Zhou et al. 2019). The dense network is trained once. Each arm
 * then climbs: its criterion makes a mask of the weights before and after the last training, its action the start, which is
 * trained under the mask, or beside cut weights that stay as they are. What a mask scores without training is scored under
 * one-shot masks, all of the dense network, as the authors do. Learned masks are trained over the first weights.
 */
import type { Dataset } from "../../dataset/dataset.ts";
import { type ActionName, compounds, freezes, needsMask } from "../../prune/actions.ts";
import { type Criterion, isSign } from "../../prune/criteria.ts";
import { criterionStep } from "../../step/criterion.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { restartStep } from "../../step/restart.ts";
import { scoreStep } from "../../step/score.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import type { Plan, Planned } from "../plan.ts";
import { commonOf, type Settled, settled } from "../shared/common.ts";
import { type LearnedArm, learnedStep, signedModel } from "../shared/learned.ts";
import { cutOf, initialNetwork, type Replicate } from "../shared/replicate.ts";
import { type MaskArm, parseArm } from "./arms.ts";
import { DENSE, type SupermaskPlace } from "./row.ts";
import type { SupermaskSpec } from "./spec.ts";

export type SupermaskPlan<Result = void> = Plan<SupermaskPlace, Result>;

/** The steps of the study; throws `usage` on lengths that do not fit the data. */
export function* supermaskPlan(asked: SupermaskSpec, dataset: Dataset): SupermaskPlan {
  const { untrained, masks, arms, learned, ...rest } = settled(asked, dataset);
  const spec: Settled = { ...rest, study: masks === "oneshot" ? "oneshot" : "imp", arms: ["dense"], rewind: "0" };
  const common = { ...commonOf(spec, dataset), spec };
  for (let replicate = 0; replicate < spec.replicates; replicate++) {
    yield* replicatePlan({ ...common, replicate }, { arms, untrained });
    for (const arm of learned?.arms ?? []) yield learnedPlan(arm, { spec, learned: learned!, dataset, replicate });
  }
}

interface Learned {
  readonly spec: Settled;
  readonly learned: NonNullable<SupermaskSpec["learned"]>;
  readonly dataset: Dataset;
  readonly replicate: number;
}

function learnedPlan(arm: LearnedArm, { spec, learned, dataset, replicate }: Learned): Planned<SupermaskPlace> {
  const { steps, batch, rate } = learned;
  const model = arm === "signed" ? signedModel(spec.model) : spec.model;
  const own = { ...spec, model, steps, batch };
  const setup: Replicate = { ...commonOf(own, dataset), spec: own, replicate };
  const [{ training, end: to }, network] = [setup, initialNetwork(setup, 0)];
  return { ...learnedStep(arm, { training, replicate, network, to, rate }), rows: [{ arm, replicate, level: 0 }] };
}

/** What all arms of a replicate share: its first weights and its dense network. */
interface Beginning extends Replicate {
  readonly initial: StepRequest;
  readonly dense: StepRequest;
}

/** An arm with its name. */
interface Named extends MaskArm {
  readonly arm: string;
}

function* replicatePlan(
  setup: Replicate,
  { arms, untrained }: Pick<SupermaskSpec, "arms" | "untrained">,
): SupermaskPlan {
  const initial = initialNetwork(setup, 0);
  const dense = yield* trained(setup, { arm: DENSE, level: 0, inputs: { network: initial }, urgent: true });
  const beginning = { ...setup, initial, dense };
  for (const arm of new Set([...untrained, ...arms])) yield* scoreArm(beginning, { arm, ...parseArm(arm)! });
  for (const arm of arms) yield* climb(beginning, { arm, ...parseArm(arm)! });
}

/** A sign alone keeps what it keeps, so it has one level. */
function levelsOf({ spec }: Replicate, { criterion }: MaskArm): number[] {
  return Array.from({ length: isSign(criterion) ? Math.min(1, spec.levels) : spec.levels }, (_, i) => i + 1);
}

/** The untrained networks of an arm at all levels. */
function* scoreArm(setup: Beginning, named: Named): SupermaskPlan {
  const { training, replicate, initial, dense } = setup;
  const { arm, criterion, action } = named;
  const { model, data, validation, trainSize } = training;
  const params = { model, data, validation, ...(trainSize !== undefined && { trainSize }) };
  for (const level of levelsOf(setup, named)) {
    const at = { level, rounds: level, initial, trained: dense };
    const mask = maskOf(setup, criterion, at);
    const network = startOf(setup, action, { ...at, mask });
    const inputs = freezes(action) ? { network } : { network, mask };
    const label = `${arm} untrained, replicate ${replicate}`;
    yield { request: request(scoreStep, params, inputs), label, urgent: true, rows: [{ arm, replicate, level }] };
  }
}

/** The trained networks of an arm, level by level. */
function* climb(setup: Beginning, named: Named): SupermaskPlan {
  const { initial: first, dense, spec } = setup;
  const { arm, criterion, action } = named;
  const isOneshot = spec.study === "oneshot";
  let [initial, last, before] = [first, dense, undefined as StepRequest | undefined];
  const levels = levelsOf(setup, named);
  for (const level of levels) {
    const at = { level, rounds: isOneshot ? level : 1, initial, trained: last, before };
    const mask = maskOf(setup, criterion, at);
    const start = startOf(setup, action, { ...at, initial: compounds(action) ? initial : first, mask });
    const held = freezes(action) ? ({ cutWeights: "frozen" } as const) : {};
    const urgent = !isOneshot && level < levels.length;
    const network = yield* trained(setup, { arm, level, inputs: { network: start, mask }, urgent, ...held });
    if (!isOneshot) [initial, last, before] = [start, network, mask];
  }
}

/** A training of a level, which sees the same order of the data in all arms. */
function* trained(
  { training, replicate, end }: Replicate,
  {
    arm,
    level,
    inputs,
    urgent,
    cutWeights,
  }: {
    arm: string;
    level: number;
    inputs: StepRequest["inputs"];
    urgent: boolean;
    cutWeights?: NonNullable<TrainParams["cutWeights"]>;
  },
): SupermaskPlan<StepRequest> {
  const params = { ...training, replicate, draw: level, from: 0, to: end, ...(cutWeights && { cutWeights }) };
  const asked = request(trainStep, params, inputs);
  const rows = [{ arm, replicate, level }];
  yield { request: asked, label: `${arm} level ${level}, replicate ${replicate}`, urgent, rows };
  return asked;
}

/** The networks before and after the training that a mask is made by. */
interface Made {
  readonly level: number;
  readonly rounds: number;
  readonly initial: StepRequest;
  readonly trained: StepRequest;
  /** The mask that it was trained under; absent for all weights. */
  readonly before?: StepRequest | undefined;
}

function drawOf({ spec: { model, data, seed }, replicate }: Replicate, draw: number) {
  return { model, data, seed, replicate, draw };
}

function maskOf(setup: Replicate, criterion: Criterion, made: Made): StepRequest {
  const { level, rounds, initial, trained, before } = made;
  const params = { ...drawOf(setup, level), criterion, rounds, ...cutOf(setup.spec) };
  return request(criterionStep, params, { initial, trained, ...(before && { mask: before }) });
}

/** What an action makes of the weights; what does not depend on a mask is made once for all. */
function startOf(
  setup: Replicate,
  action: ActionName,
  { level, initial, trained, mask }: Made & { readonly mask: StepRequest },
): StepRequest {
  if (action === "rewind") return initial;
  const params = { ...drawOf(setup, compounds(action) || needsMask(action) ? level : 0), action };
  if (!needsMask(action)) return request(restartStep, params, { initial });
  return request(restartStep, params, freezes(action) ? { initial, trained, mask } : { initial, mask });
}
