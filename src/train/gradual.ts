/**
 * Training under a mask that is made anew on the way: the ordinary training, stopped at every update of the mask and
 * resumed under the next one, so that each stretch runs as the compact program of its mask and gets faster as it goes.
 *
 * A pruned weight keeps its value outside the program, without gradient or decay. A later mask may keep it again; its
 * optimizer state then starts at zero, as its storage does.
 */
import { fail } from "../base/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Mask, Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import type { TrainState } from "./state.ts";
import { PAUSE_EVERY, type Pause, train } from "./train.ts";
import type { Training } from "./training.ts";

/** When masks are made anew: before iteration `begin`, and every `every` iterations after it, `updates` times more. */
export interface MaskSchedule {
  readonly begin: number;
  readonly every: number;
  readonly updates: number;
}

/** A rule that makes masks of the values of all weights, those that are pruned at the time included. */
export interface MaskPlan extends MaskSchedule {
  readonly maskAt: (step: number, weights: Weights) => Mask;
}

/** The network to start from, dense, and the state that an earlier, interrupted training of the same task left. */
export interface GradualOptions {
  readonly network: Network;
  readonly plan: MaskPlan;
  readonly resume?: TrainState | undefined;
}

/** Where a stretch begins: the values of all weights, and the mask that they train under. */
interface Standing extends Network {
  readonly state: TrainState | undefined;
}

/**
 * Trains as {@link train} does, under the masks of a plan. Values of states hold pruned weights too, until the last:
 * in the final state they are +0. Its mask is that of {@link maskOf}. Early stopping counts from the last mask.
 * @throws code `usage` where the last update of the mask does not come before the end of training
 */
export async function* trainGradually(
  engine: Engine,
  training: Training,
  { network, plan, resume }: GradualOptions,
): AsyncGenerator<Pause, TrainState> {
  checkSchedule(plan, training);
  const { from, to } = training;
  const paced = { ...training, pauseEvery: [plan.every, plan.begin - from, PAUSE_EVERY].reduce(divisor) };
  const names = [...network.weights.keys()];
  let standing: Standing = resume ? standingOf(resume, names) : { ...network, state: undefined };
  for (;;) {
    standing = remasked(standing, { plan, step: standing.state?.step ?? from });
    const state = yield* stretch(train(engine, paced, standing, standing.state), standing, plan);
    if (state.step === to) return state;
    standing = standingOf(state, names);
  }
}

/** The mask that a state of {@link trainGradually} trains under; null before the first update. */
export function maskOf({ values }: Pick<TrainState, "values">): Mask | null {
  const masks = [...values]
    .filter(([name]) => name.endsWith(MASK))
    .map(([name, bits]): [string, Uint8Array] => [name.slice(0, -MASK.length), Uint8Array.from(bits)]);
  return masks.length > 0 ? new Map(masks) : null;
}

/** Whether a mask is made anew before iteration `step`. */
export function isDue({ begin, every, updates }: MaskSchedule, step: number): boolean {
  return step >= begin && step <= begin + every * updates && (step - begin) % every === 0;
}

/** What the names of masks among a state's values end with. */
const MASK = "/mask";

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

function checkSchedule({ begin, every, updates }: MaskSchedule, { from, to }: Training): void {
  const last = begin + every * updates;
  if (begin >= from && every >= 1 && updates >= 1 && last < to) return;
  const rule = `updates of the mask must lie between iteration ${from} and the end of training, ${to}`;
  fail("usage", "gradual pruning", { rule, got: `${begin} to ${last}, every ${every}` });
}

function standingOf(state: TrainState, names: readonly string[]): Standing {
  return { weights: new Map(names.map((name) => [name, state.values.get(name)!])), mask: maskOf(state), state };
}

/** The same under the mask of iteration `step`, where one is made there: doing it again changes nothing. */
function remasked(standing: Standing, { plan, step }: { plan: MaskPlan; step: number }): Standing {
  if (!isDue(plan, step)) return standing;
  const state = standing.state && { ...standing.state, earlyStop: null };
  return { ...standing, mask: plan.maskAt(step, standing.weights), state };
}

/** Trains up to the next update of the mask, or to the end; returns the state there. */
async function* stretch(
  training: AsyncGenerator<Pause, TrainState>,
  standing: Standing,
  plan: MaskPlan,
): AsyncGenerator<Pause, TrainState> {
  try {
    for (;;) {
      const next = await training.next();
      if (next.done) return withMask(next.value, standing.mask);
      const { step, snapshot: bare } = next.value;
      const snapshot = async () => withMask(withStored(await bare(), standing), standing.mask);
      yield { ...next.value, snapshot };
      if (isDue(plan, step)) return await snapshot();
    }
  } finally {
    await training.return(undefined as never);
  }
}

/** A snapshot whose pruned weights have the values that they were pruned with. */
function withStored(state: TrainState, { weights, mask }: Network): TrainState {
  if (!mask) return state;
  const stored = [...mask].map(([name, bits]): [string, Float32Array] => {
    const before = weights.get(name)!;
    return [name, state.values.get(name)!.map((value, i) => (bits[i] ? value : before[i]!))];
  });
  return { ...state, values: new Map([...state.values, ...stored]) };
}

function withMask(state: TrainState, mask: Mask | null): TrainState {
  const masks = [...(mask ?? [])].map(([name, bits]) => [name + MASK, Float32Array.from(bits)] as const);
  return { ...state, values: new Map([...state.values, ...masks]) };
}
