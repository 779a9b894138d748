/** A worker thread: runs the steps it is sent, one at a time, on an engine of its own. */

import { parentPort, workerData } from "node:worker_threads";
import { createEngine } from "../engine/choose.ts";
import { loadPlugins } from "../plugin/load.ts";
import { addPretraining } from "../pretrain/tasks.ts";
import { addSequenceModels } from "../sequence/families.ts";
import { registerFolder } from "../sequence/folder/family.ts";
import { openStore } from "../store/open.ts";
import { registerTextTasks } from "../task/text/tasks.ts";
import { partsOn } from "./parts.ts";
import type { FromWorker, WorkerSetup } from "./protocol.ts";
import { serveSteps } from "./serve.ts";

registerTextTasks();
addSequenceModels();
addPretraining();

const port = parentPort!;
const setup = workerData as WorkerSetup;
const { datasets, made, plugins = [], folders = [], threads = 1 } = setup;
for (const folder of folders) registerFolder(folder);
const send = (message: FromWorker) => port.postMessage(message);
const onNote = (text: string) => send({ kind: "note", text });
const opened = Promise.all([
  openStore(setup.storeDir, { onNote }),
  createEngine(setup.engine),
  loadPlugins(plugins),
] as const);

const ready = opened.then(([store, engine]) => ({ store, engine, datasets, made, parts: partsOn(threads) }));
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
port.on("message", serveSteps({ send, ready, breathe }));
