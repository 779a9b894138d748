/** Where steps run: here, in a pool of threads, elsewhere. */
import type { ArtifactStore } from "../store/store.ts";
import { type ExecuteOptions, execute } from "./execute.ts";
import type { StepRequest } from "./request.ts";

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

/** A runner that runs steps one after the other in this thread; equal steps that are asked for together run once. */
export function createInlineRunner(options: ExecuteOptions): Runner {
  let last: Promise<unknown> = Promise.resolve();
  return {
    store: options.store,
    arithmetic: options.engine.arithmetic,
    run(request) {
      const result = last.then(() => execute(request, options));
      last = result.catch(() => {});
      return result;
    },
  };
}
