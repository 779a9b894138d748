/** The other end of a page's runner: a Web Worker that runs steps on the page's store. */
import { breathe } from "../base/breathe.ts";
import { openWasm } from "../engine/wasm/urls.ts";
import type { ArtifactStore } from "../store/store.ts";
import { errorOf, failureOf, serveSteps } from "./serve.ts";
import type { AskedMethod, FromWeb, ToWeb } from "./web-protocol.ts";

/** The global scope of a worker, as far as it is used. */
export interface WorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** Serves a page's {@link createWorkerRunner}: all that a worker's module has to call. */
export function serveWorker(scope = globalThis as unknown as WorkerScope): void {
  const send = (message: FromWeb) => scope.postMessage(message);
  const { store, settle } = remoteStore(send);
  let take: ReturnType<typeof serveSteps> | undefined;
  const start = ({ datasets, wasm }: Extract<ToWeb, { kind: "start" }>) => {
    const ready = openWasm(wasm).then((engine) => ({ engine, store, datasets }));
    ready.then(
      ({ engine: { arithmetic } }) => send({ kind: "ready", arithmetic }),
      (error) => send({ kind: "unready", ...failureOf(error) }),
    );
    take = serveSteps({ send, ready, breathe });
  };
  scope.addEventListener("message", ({ data }) => {
    const message = data as ToWeb;
    if (message.kind === "start") start(message);
    else if (message.kind === "answer" || message.kind === "refusal") settle(message);
    else take?.(message);
  });
}

/** All of them, or the compiler says which is missing, but for leases, which are the page's to take. */
const METHODS: Readonly<Record<AskedMethod, true>> = {
  ...{ has: true, read: true, readMeta: true, readMetrics: true, write: true, findByPrefix: true },
  ...{ readPartial: true, writePartial: true, removePartial: true },
};

type Answer = Extract<ToWeb, { kind: "answer" | "refusal" }>;

/** A store whose every method is asked of the page, and what takes in the answers. */
function remoteStore(send: (message: FromWeb) => void) {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let calls = 0;
  const ask = (method: AskedMethod, args: readonly unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      const call = calls++;
      waiting.set(call, { resolve, reject });
      send({ kind: "store", call, method, args });
    });
  const names = Object.keys(METHODS) as AskedMethod[];
  const methods = names.map((method) => [method, (...args: readonly unknown[]) => ask(method, args)]);
  return {
    store: { ...Object.fromEntries(methods), lease: async () => ({ release: async () => {} }) } as ArtifactStore,
    settle(answer: Answer): void {
      const { resolve, reject } = waiting.get(answer.call)!;
      waiting.delete(answer.call);
      if (answer.kind === "answer") resolve(answer.value);
      else reject(errorOf(answer));
    },
  };
}
