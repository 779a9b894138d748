/** Trainings of GEM-MINER's masks: the ordinary training, stopped wherever scores are frozen. */
import { fail } from "../base/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";
import { checkFreezings, frozenAt, lastFreezing } from "../prune/gem-miner.ts";
import type { GemMiner } from "../train/gem-miner.ts";
import { type OptimizerOptions, optimizerOf, type SgdOptions } from "../train/optimizer.ts";
import type { TrainState } from "../train/state.ts";
import { PAUSE_EVERY, type Pause, train } from "../train/train.ts";
import type { Training } from "../train/training.ts";

/** What is trained, by which rule, and the state that an interrupted training left. */
export interface Mining {
  readonly engine: Engine;
  /** Of the model with scores. */
  readonly training: Training;
  /** The model without. */
  readonly model: Model;
  readonly start: Network;
  readonly rule: GemMiner;
  readonly resume: TrainState | undefined;
}

/** Trains as {@link train} does, between freezings; throws `usage` where none comes before the end or the optimizer is not SGD. */
export async function* mine({
  engine,
  training,
  model,
  start,
  rule,
  resume,
}: Mining): AsyncGenerator<Pause, TrainState> {
  const { from, to } = training;
  checkFreezings(rule, training);
  const last = lastFreezing(rule, training);
  const pauseEvery = divisor(rule.every, PAUSE_EVERY);
  const own = { ...training, optimizer: withinUnit(training.optimizer), pauseEvery };
  const isDue = (step: number) => step > from && step <= last && (step - from) % rule.every === 0;
  let state = resume;
  for (;;) {
    if (state && isDue(state.step))
      state = { ...state, values: frozenAt(model, state.values, { ...rule, from, to, step: state.step }) };
    state = yield* until(train(engine, own, start, state), isDue);
    if (state.step === to) return state;
  }
}

/** Trains up to a pause that is due, or to the end; returns the state there. */
async function* until(
  training: AsyncGenerator<Pause, TrainState>,
  isDue: (step: number) => boolean,
): AsyncGenerator<Pause, TrainState> {
  try {
    for (;;) {
      const next = await training.next();
      if (next.done) return next.value;
      yield next.value;
      if (isDue(next.value.step)) return await next.value.snapshot();
    }
  } finally {
    await training.return(undefined as never);
  }
}

/** Throws `usage` for another optimizer than SGD. */
export function checkProjected(optimizer: OptimizerOptions): asserts optimizer is SgdOptions {
  if (optimizer.name === "sgd") return;
  fail("usage", "optimizer", { rule: "of gem-miner must be sgd, which is projected", got: optimizer.name });
}

/** SGD that keeps scores from 0 to 1. */
function withinUnit(optimizer: OptimizerOptions): OptimizerOptions {
  checkProjected(optimizer);
  return optimizerOf("sgdp", { ...optimizer, low: 0, high: 1 });
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
