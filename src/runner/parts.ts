/** The parts of one step on threads of their own, while the thread that carries the step out waits for them. */
import { Worker } from "node:worker_threads";
import { type PluginPlace, plugins } from "../plugin/load.ts";
import type { ExecuteOptions } from "../step/execute.ts";
import { errorOf, type Failure } from "./serve.ts";

/** What a thread for parts is started with. */
export interface PartSetup {
  /** The name of the step. */
  readonly step: string;
  readonly plugins: readonly PluginPlace[];
}

/** What it answers to a part. */
export type FromPart = { readonly kind: "done"; readonly result: unknown } | ({ readonly kind: "failed" } & Failure);

/** Parts for which a thread is worth its start, a few tenths of a second. */
const WORTH = 4;

/** How {@link ExecuteOptions.parts} is done with up to `threads` threads, which end with the last part; few parts are done here. */
export function partsOn(threads: number): NonNullable<ExecuteOptions["parts"]> {
  return async ({ name, part }, jobs) => {
    const many = Math.min(threads, Math.floor(jobs.length / WORTH));
    if (many < 2) return jobs.map((job) => part!(job as never));
    const setup: PartSetup = { step: name, plugins: plugins().map(({ path, sha256 }) => ({ path, sha256 })) };
    const workers = Array.from(
      { length: many },
      () => new Worker(new URL("./part-worker.js", import.meta.url), { workerData: setup }),
    );
    const results: unknown[] = new Array(jobs.length);
    const queue = jobs.entries();
    try {
      await Promise.all(
        workers.map(async (worker) => {
          for (const [at, job] of queue) results[at] = await ask(worker, job);
        }),
      );
      return results;
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  };
}

/** The answer of a thread that has nothing else to do; rejects with the part's error, or where the thread dies. */
function ask(worker: Worker, job: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const died = (code: number) => reject(new Error(`a thread for parts ended by itself, with code ${code}`));
    const answered = (message: FromPart) => {
      worker.off("exit", died).off("error", reject);
      if (message.kind === "done") resolve(message.result);
      else reject(errorOf(message));
    };
    worker.once("message", answered).once("error", reject).once("exit", died);
    worker.postMessage(job);
  });
}
