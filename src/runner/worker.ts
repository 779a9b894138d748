/** A worker thread: runs the steps it is sent, one at a time, on an engine of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { TombolaError } from "../base/errors.ts";
import { createEngine } from "../engine/choose.ts";
import { openStore } from "../store/open.ts";
import { execute, type Progress, type StepRequest } from "../study/execute.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./protocol.ts";

const port = parentPort!;
const setup = workerData as WorkerSetup;
const send = (message: FromWorker) => port.postMessage(message);
const onNote = (text: string) => send({ kind: "note", text });
const ready = Promise.all([openStore(setup.storeDir, { onNote }), createEngine(setup.engine)]);
// An engine or store that does not open fails the first step, with its code, and not the thread.
ready.catch(() => {});
let stopping = false;

/** Lets messages in, so that a stop is seen. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

async function run(job: number, request: StepRequest): Promise<void> {
  try {
    const [store, engine] = await ready;
    const onPause = async (progress: Progress) => {
      send({ kind: "progress", job, progress });
      await breathe();
      return stopping;
    };
    const { datasets } = setup;
    send({ kind: "done", job, key: await execute(request, { store, engine, datasets, onPause }) });
  } catch (error) {
    const code = error instanceof TombolaError ? error.code : null;
    const message = error instanceof TombolaError ? error.message : String((error as Error).stack ?? error);
    send({ kind: "failed", job, code, message });
  }
}

port.on("message", (message: ToWorker) => {
  if (message.kind === "stop") stopping = true;
  else void run(message.job, message.request);
});
