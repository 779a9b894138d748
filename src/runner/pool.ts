/** The local runner: worker threads, one step each at a time, urgent steps first. */
import { Worker } from "node:worker_threads";
import { TombolaError } from "../base/errors.ts";
import { type ArtifactStore, artifactKey } from "../store/store.ts";
import { identify, type Progress, type Runner, type RunOptions, type StepRequest } from "../study/execute.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./protocol.ts";

/** What a display may show. */
export interface PoolEvents {
  onStart?(label: string): void;
  onProgress?(label: string, progress: Progress): void;
  onEnd?(label: string): void;
}

export interface PoolOptions extends WorkerSetup {
  readonly store: ArtifactStore;
  readonly workers: number;
  readonly events?: PoolEvents;
}

/** A runner whose threads must be told to end. */
export interface Pool extends Runner {
  /** Saves the state of running trainings and fails every unfinished step with code `interrupted`. */
  stop(): void;
  close(): Promise<void>;
}

interface Job {
  readonly number: number;
  readonly request: StepRequest;
  readonly label: string;
  readonly urgent: boolean;
  readonly resolve: (key: string) => void;
  readonly reject: (error: Error) => void;
}

const interrupted = () =>
  new TombolaError("interrupted", "interrupted: the state is saved; the same command continues");

/** Starts `workers` threads on one store, data set and engine. */
export function createPool({ store, workers, events = {}, ...setup }: PoolOptions): Pool {
  const idle: Worker[] = [];
  const queue: Job[] = [];
  const running = new Map<Worker, Job>();
  const known = new Map<string, Promise<string>>();
  let stopped = false;
  let jobs = 0;

  const post = (worker: Worker, message: ToWorker) => worker.postMessage(message);
  const dispatch = () => {
    while (idle.length > 0 && queue.length > 0) {
      const urgent = queue.findIndex((job) => job.urgent);
      const [job] = queue.splice(Math.max(0, urgent), 1) as [Job];
      const worker = idle.pop()!;
      running.set(worker, job);
      events.onStart?.(job.label);
      post(worker, { kind: "run", job: job.number, request: job.request });
    }
  };
  const finish = (worker: Worker): Job => {
    const job = running.get(worker)!;
    running.delete(worker);
    idle.push(worker);
    events.onEnd?.(job.label);
    return job;
  };
  const receive = (worker: Worker, message: FromWorker) => {
    if (message.kind === "progress") return events.onProgress?.(running.get(worker)!.label, message.progress);
    const job = finish(worker);
    if (message.kind === "done") job.resolve(message.key);
    else job.reject(message.code ? new TombolaError(message.code, message.message) : new Error(message.message));
    dispatch();
  };
  const start = () => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: setup satisfies WorkerSetup });
    worker.on("message", (message: FromWorker) => receive(worker, message));
    worker.on("error", (error) => running.get(worker)?.reject(error as Error));
    return worker;
  };
  const threads = Array.from({ length: workers }, start);
  idle.push(...threads);

  const submit = (request: StepRequest, { label = request.step, urgent = false }: RunOptions) =>
    new Promise<string>((resolve, reject) => {
      if (stopped) return reject(interrupted());
      queue.push({ number: jobs++, request, label, urgent: urgent || request.step !== "train", resolve, reject });
      dispatch();
    });

  return {
    store,
    run(request, options = {}) {
      const key = artifactKey(identify(request));
      const before = known.get(key);
      if (before) return before;
      const result = store.has(key).then((stored) => (stored ? key : submit(request, options)));
      known.set(key, result);
      return result;
    },
    stop() {
      stopped = true;
      for (const job of queue.splice(0)) job.reject(interrupted());
      for (const worker of running.keys()) post(worker, { kind: "stop" });
    },
    async close() {
      await Promise.all(threads.map((worker) => worker.terminate()));
    },
  };
}
