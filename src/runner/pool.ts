/** The local runner: worker threads, one step each at a time, urgent steps first; a step in parts may use as many more. */

import { Worker } from "node:worker_threads";
import { checkInteger, requireFields } from "../base/checks.ts";
import { plugins } from "../plugin/load.ts";
import { bertFolders } from "../sequence/folder/family.ts";
import type { ArtifactStore } from "../store/store.ts";
import type { FromWorker, WorkerSetup } from "./protocol.ts";
import { createQueue, type Pool, type PoolEvents, type WorkerLink } from "./queue.ts";

export type { Pool, PoolEvents } from "./queue.ts";

/** What a pool of threads is made of. */
export interface PoolOptions extends WorkerSetup {
  /** The store in the folder `storeDir`, for this thread. */
  readonly store: ArtifactStore;
  /** Threads, from 1, each with an engine of its own. */
  readonly workers: number;
  /** Default nobody is told. */
  readonly events?: PoolEvents;
}

/** Starts `workers` threads on one store, data set and engine; throws `usage` on fewer than one. */
export function createPool(options: PoolOptions): Pool {
  requireFields("createPool", options, ["store", "workers", "engine"]);
  const { store, workers, events = {}, ...rest } = options;
  checkInteger("workers", workers, { min: 1 });
  const places = plugins().map(({ path, sha256 }) => ({ path, sha256 }));
  const setup: WorkerSetup = { plugins: places, folders: bertFolders(), threads: workers, ...rest };
  const links = Array.from({ length: workers }, () => startThread(setup));
  return createQueue({ store, arithmetic: setup.arithmetic, links, events });
}

function startThread(setup: WorkerSetup): WorkerLink {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: setup });
  return {
    post: (message) => worker.postMessage(message),
    listen(receive, died) {
      worker.on("message", (message: FromWorker) => receive(message));
      worker.on("error", (error) => died(error as Error));
      worker.on("exit", (code) => died(new Error(`a worker thread ended by itself, with code ${code}`)));
    },
    end: () => worker.terminate(),
  };
}
