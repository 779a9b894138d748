/**
 * Leaving a run: the first Ctrl-C saves, where states are kept, and stops, the second quits at once. A terminal that is closed leaves it running, as
 * `nohup` asks, whose own way Node undoes when it starts.
 */

import { keepsState } from "../../step/interrupted.ts";
import { EXIT } from "../talk/output.ts";
import type { Display } from "./display.ts";

/** A signal that Ctrl-C aborts, and how to no longer listen. */
export function stopOnSignals(display: Display, arithmetic: string): { readonly signal: AbortSignal; release(): void } {
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
  const goOn = () => {};
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", goOn);
  const release = () => void process.off("SIGINT", stop).off("SIGTERM", stop).off("SIGHUP", goOn);
  return { signal: controller.signal, release };
}
