/**
 * What tickets are compared with at every level: the same mask on fresh weights (reinit, the Scratch-E of Liu et al.
 * 2018), those trained until they have cost as many FLOPs as the dense network (scratch-b, their Scratch-B), a fresh
 * network under a random mask of equal per-layer counts (random), the ticket's first weights under its shuffled mask
 * (shuffle) or under masks that lose random weights from level to level (nested-random).
 */
import { type RandomiseParams, randomiseStep } from "../../step/randomise.ts";
import { request, type StepRequest } from "../../step/request.ts";
import type { Arm } from "../networks/row.ts";
import { type Level, type NetworkPlan, networkAt, type Replicate, trainLevel } from "./replicate.ts";

const CONTROLS = ["reinit", "scratch-b", "random", "shuffle", "nested-random"] as const;
type ControlArm = (typeof CONTROLS)[number];

/** Tells an arm whose masks follow the ticket's. */
export function isControl(arm: Arm): arm is ControlArm {
  return (CONTROLS as readonly Arm[]).includes(arm);
}

/** How long scratch-b is trained: until it has cost what the dense network has, or as much longer as is allowed. */
export function stretchOf({ spec: { longest } }: Replicate): NonNullable<Level["stretch"]> {
  return longest === undefined ? {} : { most: longest };
}

/** Draws of fresh networks begin after the replicate's own, draw 0. */
const freshDraw = (level: number) => level + 1;

/** Level 0 of an arm of fresh weights: a dense network of another initialisation. */
export function* freshDense(setup: Replicate, arms: readonly (ControlArm | "dense")[]): NetworkPlan {
  const [arm] = arms;
  if (!arm) return;
  const network = yield* networkAt(setup, freshDraw(0), setup.rewind);
  yield* trainControl(setup, { arm, level: 0, network, rows: arms });
}

/** Tells an arm that starts from the ticket's first weights. */
const isFromFirst = (arm: Arm) => arm === "shuffle" || arm === "nested-random";

/** Tells an arm that starts from fresh weights. */
export function isFresh(arm: Arm): arm is ControlArm {
  return isControl(arm) && !isFromFirst(arm);
}

/** Trains a control of the ticket with mask `mask`. */
export function* control(setup: Replicate, { arm, level, mask, nested }: ControlMasks): NetworkPlan {
  if (arm === "scratch-b") {
    const network = yield* networkAt(setup, freshDraw(level), 0);
    return yield* trainControl(setup, { arm, level, network, mask, from: 0, stretch: stretchOf(setup) });
  }
  const network = yield* networkAt(setup, isFromFirst(arm) ? 0 : freshDraw(level), setup.rewind);
  yield* trainControl(setup, { arm, level, network, mask: maskFor(setup, { arm, level, mask, nested }) });
}

function maskFor(setup: Replicate, { arm, level, mask, nested }: ControlMasks): StepRequest {
  if (arm === "random" || arm === "shuffle") return controlMask(setup, { how: arm, level, mask });
  return arm === "nested-random" && nested ? nested : mask;
}

/** The ticket's mask at the level, and where it is asked for the one of random parts. */
type ControlMasks = ControlLevel & { readonly mask: StepRequest; readonly nested?: StepRequest | undefined };

interface ControlLevel {
  readonly arm: ControlArm;
  readonly level: number;
}

/** A level that is trained, or level 0 of new weights. */
type TrainedControl = Pick<ControlLevel, "level"> & { readonly arm: ControlArm | "dense" };

function* trainControl(
  setup: Replicate,
  place: TrainedControl & Pick<Level, "network" | "mask" | "stretch"> & { from?: number; rows?: readonly Arm[] },
): NetworkPlan {
  const { rewind, end } = setup;
  yield* trainLevel(setup, { from: rewind, ...place, to: end, urgent: false });
}

/** A mask at the counts of `mask` in every layer. */
export function controlMask(
  { spec, replicate }: Replicate,
  {
    how,
    level,
    mask,
    within,
  }: { how: RandomiseParams["how"]; level: number; mask: StepRequest; within?: StepRequest | undefined },
): StepRequest {
  const { model, data, seed } = spec;
  return request(
    randomiseStep,
    { how, model, data, seed, replicate, draw: level },
    within ? { mask, within } : { mask },
  );
}
