/** Learning-rate schedules: functions of the iteration, never of what happened before. */

import { cos, power } from "../base/exact.ts";

/** How the rate moves after warm-up. Iterations count from the start of training at step 0, also after rewinding. */
export type ScheduleShape =
  | { readonly name: "constant" }
  /** The rate is multiplied by `factor` at each milestone (an iteration). */
  | { readonly name: "step"; readonly milestones: readonly number[]; readonly factor: number }
  /** Half a cosine from the full rate to 0 at `end` (Loshchilov & Hutter 2017, eq. 5 with one cycle). */
  | { readonly name: "cosine"; readonly end: number };

/** A base rate, its shape, and a linear warm-up over the first `warmup` iterations. */
export interface Schedule {
  readonly rate: number;
  readonly shape: ScheduleShape;
  readonly warmup: number;
}

/** The learning rate of iteration `step` (0 is the first). Warm-up reaches the full rate at iteration `warmup`. */
export function rateAt({ rate, shape, warmup }: Schedule, step: number): number {
  const ramp = warmup > 0 ? Math.min(1, step / warmup) : 1;
  return rate * ramp * shapeAt(shape, step);
}

function shapeAt(shape: ScheduleShape, step: number): number {
  switch (shape.name) {
    case "constant":
      return 1;
    case "step":
      return power(shape.factor, shape.milestones.filter((milestone) => step >= milestone).length);
    case "cosine":
      return 0.5 * (1 + cos(Math.PI * Math.min(1, step / shape.end)));
  }
}
