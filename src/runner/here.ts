/** A runner in this thread that can be told to stop as a pool is: for steps made of what no other thread can be given. */
import type { ExecuteOptions } from "../step/execute.ts";
import { interrupted } from "../step/interrupted.ts";
import { createInlineRunner } from "../step/runner.ts";
import type { Pool, PoolEvents } from "./pool.ts";

/** Lets timers and signals in between the pauses of a training. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs steps one after the other in this thread. */
export function createHere(options: Omit<ExecuteOptions, "onPause">, events: PoolEvents = {}): Pool {
  let stopped = false;
  let current = "";
  const onPause: ExecuteOptions["onPause"] = async (progress) => {
    events.onProgress?.(current, progress);
    await breathe();
    return stopped;
  };
  const runner = createInlineRunner({ ...options, onPause });
  const running = new Set<Promise<unknown>>();
  let last: Promise<unknown> = Promise.resolve();
  const refuse = () => {
    if (stopped) throw interrupted(runner.arithmetic);
  };
  return {
    store: runner.store,
    arithmetic: runner.arithmetic,
    run(request, { label = request.step } = {}) {
      const result = last.then(async () => {
        refuse();
        current = label;
        events.onStart?.(label);
        try {
          return await runner.run(request);
        } finally {
          events.onEnd?.(label);
        }
      });
      last = result.catch(() => {});
      running.add(last);
      return result;
    },
    stop() {
      stopped = true;
    },
    async close() {
      stopped = true;
      await Promise.all(running);
    },
  };
}
