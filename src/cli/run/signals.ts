/** Leaving a run: the first Ctrl-C saves and stops, the second quits at once. */

import { EXIT } from "../talk/output.ts";
import type { Display } from "./display.ts";

/** A signal that Ctrl-C aborts, and how to no longer listen. */
export function stopOnSignals(display: Display): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) {
      display.close();
      process.exit(EXIT.interrupted);
    }
    display.log("saving the state; Ctrl-C again quits at once");
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return { signal: controller.signal, release: () => void process.off("SIGINT", stop).off("SIGTERM", stop) };
}
