/** What a training that makes a network sparse costs, and about how dense it leaves it. */
import type { TrainParams } from "../step/train.ts";

/** About the densities of a training, on average and at its end, and the work of an iteration in those of a plain one. */
export interface Course {
  readonly mean: number;
  readonly last: number;
  readonly work: number;
}

/**
 * Iterations of a plain training in the time of one with a penalty at the same density, as measured on LeNet-300-100. Meters of
 * progress go by it; a forecast measures the iterations of methods.
 */
const PENALTY_WORK = 4;

/** The same where cut weights stay in the network, of a dense one. */
const FROZEN_WORK = 1.3;

/** The same of a mask that is made anew at every iteration, over weights that stay. */
const MASK_WORK = 2;

/** The course of a training from a network of density `before`. */
export function courseOf(
  { method, cutWeights, from, to }: Pick<TrainParams, "method" | "cutWeights" | "from" | "to">,
  before: number,
): Course {
  if (cutWeights) return { mean: before, last: before, work: FROZEN_WORK };
  if (!method) return { mean: before, last: before, work: 1 };
  if (method.name === "edge-popup" || method.name === "gem-miner")
    return { mean: before, last: before * method.kept, work: MASK_WORK };
  if (method.name === "supermask" || method.name === "signed-supermask")
    return { mean: before, last: before, work: MASK_WORK };
  if (method.name !== "gradual") return { mean: before, last: before, work: PENALTY_WORK };
  const { begin, every, updates, cut, rounds } = method;
  const last = before * (1 - cut.cut) ** rounds;
  // The mean of a cubic that falls from 1 to 0 is a quarter.
  const share = (begin - from + (every * updates) / 4) / (to - from);
  return { mean: last + (before - last) * share, last, work: 1 };
}
