/** Where steps run: here, in a pool of threads, elsewhere. */
import { requireFields } from "../base/checks.ts";
import type { ArtifactStore } from "../store/store.ts";
import { type ExecuteOptions, execute } from "./execute.ts";
import { keyOf, type StepRequest } from "./request.ts";

/** Milliseconds between looks at a step that another process carries out. */
export const LOOK_EVERY = 250;

/** Runs steps whose inputs are in the store. */
export interface Runner {
  readonly store: ArtifactStore;
  /** The class of its engines, part of the keys of steps that depend on it. */
  readonly arithmetic: string;
  /** Resolves to the artifact's key once it is in the store. */
  run(request: StepRequest, options?: RunOptions): Promise<string>;
}

export interface RunOptions {
  /** What to call it in progress displays. */
  readonly label?: string | undefined;
  /** Steps that others wait for go first: all but trainings, unless told otherwise. */
  readonly urgent?: boolean | undefined;
}

/**
 * A runner that runs steps one after the other in this thread; equal steps that are asked for together run once.
 * @throws (by `run`) what the step throws; `store` where an input is missing or damaged; `interrupted` once `stop` says so
 */
export function createInlineRunner(options: ExecuteOptions): Runner {
  requireFields("createInlineRunner", options, ["engine", "store", "datasets"]);
  let last: Promise<unknown> = Promise.resolve();
  return {
    store: options.store,
    arithmetic: options.engine.arithmetic,
    run(request) {
      const result = last.then(() => executeAlone(request, options));
      last = result.catch(() => {});
      return result;
    },
  };
}

/** Carries a step out under its lease; while another process has that, waits for what comes of it. */
async function executeAlone(request: StepRequest, options: ExecuteOptions): Promise<string> {
  const { store, engine } = options;
  const key = keyOf(request, engine.arithmetic);
  for (;;) {
    if (await store.has(key)) return key;
    const lease = await store.lease(key);
    if (!("heldBy" in lease)) return execute(request, options).finally(lease.release);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}
