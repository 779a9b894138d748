/**
 * What tickets are compared with at every level: the same mask on fresh weights (reinit, the Scratch-E of Liu et al.
 * 2018), those trained until they have cost as many FLOPs as the dense network (scratch-b, their Scratch-B), a fresh
 * network under a random mask of equal per-layer counts (random), the ticket's first weights under its shuffled mask
 * (shuffle).
 */
import { type Level, networkAt, type Replicate, toRow, trainLevel } from "./replicate.ts";
import type { Arm, Row } from "./row.ts";

const CONTROLS = ["reinit", "scratch-b", "random", "shuffle"] as const;
type ControlArm = (typeof CONTROLS)[number];

/** Tells an arm whose masks follow the ticket's. */
export function isControl(arm: Arm): arm is ControlArm {
  return (CONTROLS as readonly Arm[]).includes(arm);
}

/** How many times as long scratch-b is trained at most (Liu et al. 2018, section 3). */
export const LONGEST = 2;

/** Draws of fresh networks begin after the replicate's own, draw 0. */
const freshDraw = (level: number) => level + 1;

/** Level 0 of any arm: the dense network itself; for arms of fresh weights, one of another initialisation. */
export async function denseRow(task: Replicate, arm: Arm, dense: string): Promise<Row> {
  if (!isControl(arm) || arm === "shuffle") return toRow(task, { arm, level: 0 }, dense);
  return trainControl(task, { arm, level: 0, network: await networkAt(task, freshDraw(0), task.rewind) });
}

/** Trains a control of the ticket with mask `mask`. */
export async function control(task: Replicate, { arm, level, mask }: Place & { mask: string }): Promise<Row> {
  if (arm === "scratch-b") {
    const network = await networkAt(task, freshDraw(level), 0);
    return trainControl(task, { arm, level, network, mask, from: 0, stretch: LONGEST });
  }
  const network = await networkAt(task, arm === "shuffle" ? 0 : freshDraw(level), task.rewind);
  const own = arm === "reinit" ? mask : await controlMask(task, { how: arm, level, mask });
  return trainControl(task, { arm, level, network, mask: own });
}

interface Place {
  readonly arm: ControlArm;
  readonly level: number;
}

async function trainControl(
  task: Replicate,
  place: Place & Pick<Level, "network" | "mask" | "stretch"> & { from?: number },
): Promise<Row> {
  const { rewind, end } = task;
  return toRow(task, place, await trainLevel(task, { from: rewind, ...place, to: end, urgent: false }));
}

/** A mask at the counts of `mask` in every layer. */
export function controlMask(
  { spec, runner, replicate }: Replicate,
  { how, level, mask }: { how: "random" | "shuffle"; level: number; mask: string },
): Promise<string> {
  const { model, data, seed } = spec;
  return runner.run({
    step: "randomise",
    params: { how, model, data, seed, replicate, draw: level },
    inputs: { mask },
  });
}
