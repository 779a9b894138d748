/** Messages between the pool and its workers. */

import type { ErrorCode, ErrorPlace } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { PluginPlace } from "../plugin/load.ts";
import type { BertFolder } from "../sequence/folder/family.ts";
import type { Progress } from "../step/execute.ts";
import type { StepRequest } from "../step/request.ts";

/** What a worker is started with. */
export interface WorkerSetup {
  /** The folder of the store. */
  readonly storeDir: string;
  /** Those that steps name. */
  readonly datasets: readonly Dataset[];
  /** Its name, as `createEngine` takes it. */
  readonly engine: string;
  /** Its class, part of the keys of steps that depend on it. */
  readonly arithmetic: string;
  /** What artifacts are made with, see `ExecuteOptions`; default nothing is said. */
  readonly made?: Readonly<Record<string, unknown>> | undefined;
  /** Threads that a step may share its parts among; default 1. */
  readonly threads?: number;
  /** Plug-ins of the thread that starts it; default those that are loaded there. */
  readonly plugins?: readonly PluginPlace[];
  /** The folders of BERTs of the thread that starts it, whose weights lie on shared memory; default those that are read there. */
  readonly folders?: readonly BertFolder[];
}

export type ToWorker =
  | { readonly kind: "run"; readonly job: number; readonly request: StepRequest }
  | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "progress"; readonly job: number; readonly progress: Progress }
  | { readonly kind: "done"; readonly job: number; readonly key: string }
  | {
      readonly kind: "failed";
      readonly job: number;
      readonly code: ErrorCode | null;
      readonly message: string;
      readonly place: ErrorPlace;
    };
