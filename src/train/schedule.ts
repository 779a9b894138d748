/** Learning-rate schedules: functions of the iteration, never of what happened before. */

import { fail } from "../base/errors.ts";
import { cos, power } from "../base/exact.ts";
import { addTo, createRegistry } from "../base/registry.ts";

/** How the rate moves after warm-up. Iterations count from the start of training at step 0, also after rewinding. */
export type ScheduleShape =
  | { readonly name: "constant" }
  /** The rate is multiplied by `factor` at each milestone (an iteration). */
  | { readonly name: "step"; readonly milestones: readonly number[]; readonly factor: number }
  /** Half a cosine from the full rate to 0 at `end` (Loshchilov & Hutter 2017, eq. 5 with one cycle). */
  | { readonly name: "cosine"; readonly end: number }
  /** From the full rate behind the warm-up in a line to 0 at `end` (Devlin et al. 2019). */
  | { readonly name: "linear"; readonly end: number }
  /** One that is brought, `NAME@VERSION`; `end` is the iteration that the dense network's training ends at. */
  | { readonly name: `${string}@${string}`; readonly end: number };

/** A base rate, its shape, and a linear warm-up over the first `warmup` iterations. */
export interface Schedule {
  /** The base learning rate, above 0. */
  readonly rate: number;
  /** How it moves after warm-up. */
  readonly shape: ScheduleShape;
  /** Iterations of a linear rise from 0; 0 for none. */
  readonly warmup: number;
}

/**
 * What the base rate is multiplied by at an iteration: a finite number from 0 on. To give equal bits on every machine it
 * must keep to + - * / and square roots.
 * @param iteration 0 is the first
 * @param end the iteration that training ends at
 */
export type ScheduleFunction = (iteration: number, end: number) => number;

type ShapeOf<N extends string> = Extract<ScheduleShape, { readonly name: N }>;

const constant = () => 1;
const step = ({ factor, milestones }: ShapeOf<"step">, at: number) =>
  power(factor, milestones.filter((milestone) => at >= milestone).length);
const cosine = ({ end }: ShapeOf<"cosine">, at: number) => 0.5 * (1 + cos(Math.PI * Math.min(1, at / end)));

const linear = ({ end }: ShapeOf<"linear">, at: number, warmup: number) =>
  Math.max(0, Math.min(1, (end - at) / (end - warmup)));

type FactorAt = (shape: never, step: number, warmup: number) => number;
const schedules = createRegistry<FactorAt>("schedule", { constant, step, cosine, linear });

/** The names of all schedules. */
export function scheduleNames(): readonly string[] {
  return schedules.names();
}

/** How specifications write a schedule: its name, with the version of one that is brought. Throws `usage` where there is none. */
export function scheduleNamed(name: string): string {
  return schedules.get(name).name;
}

const brought = new WeakMap<ScheduleFunction, FactorAt>();

/** Adds a schedule; returns how specifications write it. Throws `usage` where another one has its name and version. */
export function registerSchedule(name: string, factorAt: ScheduleFunction, version: string): string {
  const own =
    brought.get(factorAt) ?? (({ end }: { readonly end: number }, at: number) => checked(name, at, factorAt(at, end)));
  brought.set(factorAt, own);
  return addTo(schedules, name, own, version);
}

function checked(name: string, iteration: number, factor: number): number {
  if (Number.isFinite(factor) && factor >= 0) return factor;
  const rule = `${name} must give a finite factor from 0 on at iteration ${iteration}`;
  return fail("usage", "schedule", { rule, got: factor, remedy: "Correct the function" });
}

/** The learning rate of iteration `step` (0 is the first). Warm-up reaches the full rate at iteration `warmup`. Throws `usage` for a shape of another name. */
export function rateAt({ rate, shape, warmup }: Schedule, step: number): number {
  const ramp = warmup > 0 ? Math.min(1, step / warmup) : 1;
  return rate * ramp * schedules.get(shape.name).value(shape as never, step, warmup);
}
