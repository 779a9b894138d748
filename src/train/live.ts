/** Training that is watched and stopped: a program, a page above all, loops over its pauses while it goes on. */
import { breathe } from "../base/breathe.ts";
import { checkInteger } from "../base/checks.ts";
import type { Engine } from "../engine/engine.ts";
import type { Network } from "../model/tensors.ts";
import type { CurvePoint } from "./curve.ts";
import { networkAt, type TrainNetworkOptions, trainingOf } from "./network.ts";
import type { TrainState } from "./state.ts";
import { type Pause, train } from "./train.ts";

/** What is watched beside what is trained. */
export interface LiveOptions extends TrainNetworkOptions {
  /** Iterations between pauses; default 20. Each lets the host do its own work, such as hearing a click. */
  readonly pauseEvery?: number;
  /** A parameter whose values every pause brings, such as `fc1.weight`; default none. */
  readonly watch?: string;
  /** Cancels as {@link LiveTraining.cancel} does; default none. */
  readonly signal?: AbortSignal;
  /** The state of an earlier, cancelled training of the same kind to go on from; every bit is as if it had not been cancelled. Default a fresh start. */
  readonly resume?: TrainState;
}

/** A moment of a training. */
export interface LivePause {
  /** Iterations done. */
  readonly step: number;
  /** Mean training loss over the iterations since the last point of the curve; null right behind one. */
  readonly loss: number | null;
  /** Every evaluation so far. */
  readonly curve: readonly CurvePoint[];
  /** The watched parameter's values, dense in PyTorch's layout; null where none is watched. */
  readonly watched: Float32Array | null;
}

/** Where a training ended or was cancelled. */
export interface LiveEnd extends Network {
  readonly curve: readonly CurvePoint[];
  readonly cancelled: boolean;
  /** What a further training may `resume`; its step says how many iterations were done. */
  readonly state: TrainState;
}

/** A training in progress: loop over it with `for await`, once. Leaving the loop cancels it. */
export interface LiveTraining extends AsyncIterable<LivePause> {
  /** Stops at the next pause, after which the loop ends. */
  cancel(): void;
  /** Resolves once the loop has ended; rejects as {@link train} throws. */
  readonly end: Promise<LiveEnd>;
}

const PAUSE_EVERY = 20;

/**
 * Trains a network while the caller looks on: nothing happens before the loop asks, and between pauses all is computed at
 * one go. The trained bits are those of {@link trainNetwork}, whatever is watched.
 *
 * ```js
 * const training = trainLive(engine, network, { model, dataset, steps: 1000, watch: "fc1.weight" });
 * for await (const { step, loss, watched } of training) draw(step, loss, watched);
 * const { weights, curve } = await training.end;
 * ```
 * @throws (by the loop and by `end`) as {@link train}
 */
export function trainLive(engine: Engine, network: Network, options: LiveOptions): LiveTraining {
  const { watch, signal, resume, pauseEvery = PAUSE_EVERY, ...rest } = options;
  checkInteger("pauseEvery", pauseEvery, { min: 1 });
  const { promise, resolve, reject } = withResolvers<LiveEnd>();
  // Who loops hears of an error there.
  promise.catch(() => {});
  let cancelled = false;
  const isCancelled = () => cancelled || signal?.aborted === true;

  async function* pauses(): AsyncGenerator<LivePause, void> {
    let training: AsyncGenerator<Pause, TrainState> | undefined;
    let last: Pause | undefined;
    let settled = false;
    const settle = (state: TrainState, stopped: boolean) => {
      settled = true;
      const { curve } = state;
      resolve({ ...networkAt(state, network), curve, cancelled: stopped, state });
    };
    try {
      training = train(engine, trainingOf({ ...rest, pauseEvery }), network, resume);
      for (;;) {
        const next = await training.next();
        if (next.done) return settle(next.value, false);
        last = next.value;
        const { step, loss, curve } = last;
        yield { step, loss, curve, watched: watch === undefined ? null : await last.read(watch) };
        await breathe();
        if (isCancelled()) return settle(await last.snapshot(), true);
      }
    } catch (error) {
      settled = true;
      reject(error);
      throw error;
    } finally {
      // The loop was left at a pause.
      if (last && !settled) settle(await last.snapshot(), true);
      await training?.return(undefined as never);
    }
  }
  return {
    [Symbol.asyncIterator]: pauses,
    cancel() {
      cancelled = true;
    },
    end: promise,
  };
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
