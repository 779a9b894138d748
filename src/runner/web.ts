/** The runner of a page: Web Workers, one step each at a time, on a store that the page keeps. */
import { checkInteger } from "../base/checks.ts";
import { TombolaError } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { WasmSources } from "../engine/wasm/urls.ts";
import type { ArtifactStore } from "../store/store.ts";
import type { FromWorker } from "./protocol.ts";
import { createQueue, type Pool, type PoolEvents, type WorkerLink } from "./queue.ts";
import { errorOf, failureOf } from "./serve.ts";
import type { FromWeb, ToWeb } from "./web-protocol.ts";

/** A Web Worker, as far as it is used. */
export interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "error", listener: (event: { readonly message?: string }) => void): void;
}

/** How workers are started, and what they are given. */
export interface WorkerRunnerOptions {
  /**
   * Starts a worker whose module calls {@link serveWorker}:
   * `() => new Worker(new URL("./worker.js", import.meta.url), { type: "module" })`.
   */
  readonly start: () => WebWorker;
  /** Workers, each of which runs a step at a time, from 1; default 1. A worker has one core and a memory of its own. */
  readonly workers?: number;
  /** Where artifacts are kept and looked up, such as {@link createMemoryStore}; it stays with the caller. */
  readonly store: ArtifactStore;
  /** Those that steps name. Workers share them in a page that is isolated, and have copies elsewhere. */
  readonly datasets: readonly Dataset[];
  /** Where every worker's engine finds its modules. */
  readonly wasm: WasmSources;
  /** Told as steps go; default nobody is. */
  readonly events?: PoolEvents;
}

/**
 * Starts workers and resolves once all have opened their engines. Close the runner to end them.
 * Throws `usage` on fewer than one worker, and `engine` where an engine does not open or a worker does not start.
 */
export async function createWorkerRunner(options: WorkerRunnerOptions): Promise<Pool> {
  const { start, workers = 1, store, datasets, wasm, events = {} } = options;
  checkInteger("workers", workers, { min: 1 });
  const started = Array.from({ length: workers }, () => connect(start(), store));
  try {
    const setup = { datasets, wasm: plainUrls(wasm) };
    const [arithmetic] = await Promise.all(started.map(({ open }) => open(setup)));
    return createQueue({ store, arithmetic: arithmetic!, links: started.map(({ link }) => link), events });
  } catch (error) {
    for (const { link } of started) link.end();
    throw error;
  }
}

/** Addresses as texts, which messages carry where they do not carry URL objects. */
function plainUrls(wasm: WasmSources): WasmSources {
  const text = (value: unknown) => (value instanceof URL ? value.href : value);
  const plain = (value: object): object =>
    Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, isGroup(each) ? plain(each) : text(each)] as const),
    );
  return plain(wasm) as WasmSources;
}

const isGroup = (value: unknown): value is object =>
  typeof value === "object" && value !== null && "relaxed" in value && "plain" in value;

function connect(worker: WebWorker, store: ArtifactStore) {
  let receive: (message: FromWorker) => void = () => {};
  let died: (error: Error) => void = () => {};
  let opened: (arithmetic: string) => void = () => {};
  const post = (message: ToWeb) => worker.postMessage(message);
  worker.addEventListener("message", ({ data }) => {
    const message = data as FromWeb;
    if (message.kind === "ready") opened(message.arithmetic);
    else if (message.kind === "unready") died(errorOf(message));
    else if (message.kind === "store") void answer(store, message).then(post);
    else receive(message);
  });
  worker.addEventListener("error", ({ message = "it could not be loaded" }) =>
    died(new TombolaError("engine", `worker: ended by itself (${message})`, { where: "worker" })),
  );
  const link: WorkerLink = {
    post,
    listen(onMessage, onDeath) {
      receive = onMessage;
      died = onDeath;
    },
    end: () => worker.terminate(),
  };
  const open = (setup: Omit<Extract<ToWeb, { kind: "start" }>, "kind">) =>
    new Promise<string>((resolve, reject) => {
      opened = resolve;
      died = reject;
      post({ kind: "start", ...setup });
    });
  return { link, open };
}

/** Does what a worker asks of the store. */
async function answer(store: ArtifactStore, asked: Extract<FromWeb, { kind: "store" }>): Promise<ToWeb> {
  const { call, method, args } = asked;
  try {
    const does = store[method] as (...args: readonly unknown[]) => Promise<unknown>;
    return { kind: "answer", call, value: await does.apply(store, [...args]) };
  } catch (error) {
    return { kind: "refusal", call, ...failureOf(error) };
  }
}
