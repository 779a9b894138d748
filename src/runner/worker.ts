/** A worker thread: runs the steps it is sent, one at a time, on an engine of its own. */

import { parentPort, workerData } from "node:worker_threads";
import { TombolaError } from "../base/errors.ts";
import { createEngine } from "../engine/choose.ts";
import { loadPlugins } from "../plugin/load.ts";
import { execute, type Progress } from "../step/execute.ts";
import type { StepRequest } from "../step/request.ts";
import { openStore } from "../store/open.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./protocol.ts";

const port = parentPort!;
const setup = workerData as WorkerSetup;
const { datasets, made, plugins = [] } = setup;
const send = (message: FromWorker) => port.postMessage(message);
const onNote = (text: string) => send({ kind: "note", text });
const opened = openStore(setup.storeDir, { onNote });
const ready = Promise.all([opened, createEngine(setup.engine), loadPlugins(plugins)]);
// An engine, store or plug-in that does not open fails the first step, with its code, and not the thread.
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
    const key = await execute(request, { store, engine, datasets, made, onPause });
    send({ kind: "done", job, key });
  } catch (error) {
    if (error instanceof TombolaError) {
      const { code, message, where, fields } = error;
      send({ kind: "failed", job, code, message, place: { where, fields } });
    } else send({ kind: "failed", job, code: null, message: String((error as Error).stack ?? error), place: {} });
  }
}

port.on("message", (message: ToWorker) => {
  if (message.kind === "stop") stopping = true;
  else void run(message.job, message.request);
});
