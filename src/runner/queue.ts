/** Steps handed to workers of any host, one each at a time, urgent steps first. */

import type { Progress } from "../step/execute.ts";
import { interrupted } from "../step/interrupted.ts";
import { flatten, keyOf, type StepRequest } from "../step/request.ts";
import { LOOK_EVERY, type Runner, type RunOptions } from "../step/runner.ts";
import type { ArtifactStore, Lease } from "../store/store.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import { errorOf } from "./serve.ts";

/** What a display may show. */
export interface PoolEvents {
  onStart?(label: string): void;
  onProgress?(label: string, progress: Progress): void;
  onEnd?(label: string): void;
  /** What a worker's store has left out, in a sentence. */
  onNote?(note: string): void;
}

/** A worker as the queue sees it, whatever host it is of. */
export interface WorkerLink {
  post(message: ToWorker): void;
  /** Calls `receive` for every message, and `died` once where the worker ends by itself. */
  listen(receive: (message: FromWorker) => void, died: (error: Error) => void): void;
  end(): unknown;
}

export interface QueueOptions {
  readonly store: ArtifactStore;
  /** The class of the workers' engines. */
  readonly arithmetic: string;
  readonly links: readonly WorkerLink[];
  readonly events?: PoolEvents;
}

/** A runner whose threads must be told to end. */
export interface Pool extends Runner {
  /** Saves the state of running trainings, where the engine keeps any, and fails every unfinished step with code `interrupted`. */
  stop(): void;
  /** Stops, waits until the states are saved, and ends the threads. */
  close(): Promise<void>;
}

interface Job {
  readonly number: number;
  readonly key: string;
  readonly request: StepRequest;
  readonly label: string;
  readonly urgent: boolean;
  readonly resolve: (key: string) => void;
  readonly reject: (error: Error) => void;
}

interface RunningJob extends Job {
  readonly lease: Lease;
}

/** A runner on workers that have started; each has one step at a time. */
export function createQueue({ store, arithmetic, links, events = {} }: QueueOptions): Pool {
  const idle: WorkerLink[] = [];
  const queue: Job[] = [];
  /** Steps that other processes carry out. */
  const elsewhere = new Set<Job>();
  /** Those processes, as far as they were told of. */
  const holders = new Set<string>();
  const running = new Map<WorkerLink, RunningJob>();
  const releasing = new Set<Promise<void>>();
  const known = new Map<string, Promise<string>>();
  const alive = new Set<WorkerLink>();
  let stopped: Error | null = null;
  let jobs = 0;

  const next = (): Job | undefined => {
    const urgent = queue.findIndex((job) => job.urgent);
    return queue.splice(Math.max(0, urgent), 1)[0];
  };
  const release = (lease: Lease) => {
    const released: Promise<void> = lease
      .release()
      .catch(() => {})
      .then(() => void releasing.delete(released));
    releasing.add(released);
  };
  const start = async (job: Job) => {
    const lease = await store.lease(job.key);
    if ("heldBy" in lease) {
      if (stopped) return job.reject(stopped);
      elsewhere.add(job);
      if (!holders.has(lease.heldBy))
        events.onNote?.(`steps that ${lease.heldBy} carries out in this store are left to it`);
      return void holders.add(lease.heldBy);
    }
    const isStored = await store.has(job.key);
    const worker = stopped || isStored ? undefined : idle.pop();
    if (!worker) release(lease);
    if (isStored) return job.resolve(job.key);
    if (stopped) return job.reject(stopped);
    if (!worker) return void queue.unshift(job);
    running.set(worker, { ...job, lease });
    events.onStart?.(job.label);
    worker.post({ kind: "run", job: job.number, request: job.request });
  };
  let turn = Promise.resolve();
  /** Starts steps on idle threads, one after the other, since each must first get its lease. */
  const dispatch = () => {
    turn = turn.then(async () => {
      while (idle.length > 0 && queue.length > 0) {
        const job = next()!;
        await start(job).catch(job.reject);
      }
    });
  };
  /** Asks again for the steps that others carry out: they are in the store by now, or still held, or to be had. */
  const look = setInterval(() => {
    if (elsewhere.size === 0) return;
    queue.unshift(...elsewhere);
    elsewhere.clear();
    dispatch();
  }, LOOK_EVERY);
  // Node's timers keep a process alive; a page's are numbers.
  (look as { unref?(): void }).unref?.();
  const take = (worker: WorkerLink): RunningJob | undefined => {
    const job = running.get(worker);
    running.delete(worker);
    if (!job) return undefined;
    release(job.lease);
    events.onEnd?.(job.label);
    return job;
  };
  const receive = (worker: WorkerLink, message: FromWorker) => {
    if (message.kind === "note") return events.onNote?.(message.text);
    const job = running.get(worker);
    // A thread that died of an error may still have sent something before.
    if (!job) return;
    if (message.kind === "progress") return events.onProgress?.(job.label, message.progress);
    take(worker);
    idle.push(worker);
    if (message.kind === "done") job.resolve(message.key);
    else job.reject(errorOf(message));
    dispatch();
  };
  const refuseAll = (error: Error) => {
    stopped ??= error;
    for (const job of [...queue.splice(0), ...elsewhere]) job.reject(stopped);
    elsewhere.clear();
  };
  /** A thread that has died fails its step; the others go on, and the last one takes all steps with it. */
  const bury = (worker: WorkerLink, error: Error) => {
    if (!alive.delete(worker)) return;
    if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
    take(worker)?.reject(error);
    if (alive.size === 0) refuseAll(error);
  };
  for (const worker of links) {
    worker.listen(
      (message) => receive(worker, message),
      (error) => bury(worker, error),
    );
    alive.add(worker);
    idle.push(worker);
  }

  const submit = (request: StepRequest, { label = request.step, urgent = request.step !== "train" }: RunOptions) =>
    new Promise<string>((resolve, reject) => {
      if (stopped) return reject(stopped);
      const key = keyOf(request, arithmetic);
      queue.push({ number: jobs++, key, request: flatten(request, arithmetic), label, urgent, resolve, reject });
      dispatch();
    });

  const stop = () => {
    refuseAll(interrupted(arithmetic));
    for (const worker of running.keys()) worker.post({ kind: "stop" });
  };

  return {
    store,
    arithmetic,
    run(request, options = {}) {
      const key = keyOf(request, arithmetic);
      const before = known.get(key);
      if (before) return before;
      const result = store.has(key).then((stored) => (stored ? key : submit(request, options)));
      known.set(key, result);
      return result;
    },
    stop,
    async close() {
      stop();
      await Promise.allSettled(known.values());
      clearInterval(look);
      await Promise.all(releasing);
      await Promise.all([...alive].map((worker) => worker.end()));
    },
  };
}
