/**
 * Leaving a run: the first Ctrl-C saves, where states are kept, and stops, the second quits at once. A terminal that is closed leaves it running, as
 * `nohup` asks, whose own way Node undoes when it starts.
 */

import { keepsState } from "../../step/interrupted.ts";
import { EXIT } from "../talk/output.ts";
import type { Display } from "./display.ts";

/** When to stop, and on what engine. */
interface StopOptions {
  readonly arithmetic: string;
  /** Seconds after the command's beginning; default never. */
  readonly stopAfter?: number | undefined;
}

/** A signal that Ctrl-C aborts, and the end of the time that there is; and how to no longer listen. */
export function stopOnSignals(
  display: Pick<Display, "close" | "log">,
  { arithmetic, stopAfter }: StopOptions,
): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) {
      display.close();
      process.exit(EXIT.interrupted);
    }
    const what = keepsState(arithmetic) ? "saving the state" : "stopping, and no state is kept";
    display.log(`${what}; Ctrl-C again quits at once`);
    controller.abort();
  };
  const onTime = () => {
    if (controller.signal.aborted) return;
    display.log("the time of --stop-after is over");
    stop();
  };
  // The time counts from where the process began, as that of a queue does.
  const left = stopAfter === undefined ? undefined : Math.max(0, 1000 * stopAfter - performance.now());
  const timer = left === undefined ? undefined : setTimeout(onTime, left);
  const goOn = () => {};
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", goOn);
  const release = () => {
    clearTimeout(timer);
    process.off("SIGINT", stop).off("SIGTERM", stop).off("SIGHUP", goOn);
  };
  return { signal: controller.signal, release };
}
