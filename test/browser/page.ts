/** The page of the browser tests, which calls these by name: what it does here, and what its workers do. */
import {
  createMemoryStore,
  createWorkerRunner,
  type Dataset,
  datasetFromFiles,
  filesIn,
  openWasm,
  request,
  trainStep,
  type WebWorker,
  wasmIn,
} from "../../src/browser.ts";
import { runSteps, trainBoth } from "./job.ts";

declare const location: { readonly href: string };
declare const Worker: new (url: string, options: { type: "module" }) => WebWorker;

const load = (): Promise<Dataset> => datasetFromFiles("mnist", filesIn("/data"), { cut: true });

async function here() {
  const [engine, dataset] = await Promise.all([openWasm(wasmIn("/wasm")), load()]);
  return { engine: engine.name, data: dataset.name, ...(await trainBoth(engine, dataset)) };
}

async function inWorkers() {
  const dataset = await load();
  const log: string[] = [];
  const start = () => new Worker("/worker.js", { type: "module" });
  const events = { onStart: (label: string) => log.push(label) };
  const runner = await createWorkerRunner({
    ...{ start, workers: 2, store: createMemoryStore(), datasets: [dataset] },
    ...{ wasm: wasmIn(new URL("/wasm", location.href)), events },
  });
  const steps = await runSteps(runner, dataset);
  const refused = await runner.run(request(trainStep, {} as never, { network: "0".repeat(64) })).catch(String);
  await runner.close();
  const later = await runner.run(request(trainStep, {} as never)).catch(String);
  return { ...steps, log, refused, later };
}

async function withoutWorker(): Promise<string> {
  const start = () => new Worker("/absent.js", { type: "module" });
  const options = { start, store: createMemoryStore(), datasets: [], wasm: wasmIn("/wasm") };
  return createWorkerRunner(options).then(() => "", String);
}

async function withoutModules(): Promise<string> {
  const start = () => new Worker("/worker.js", { type: "module" });
  const options = { start, store: createMemoryStore(), datasets: [], wasm: wasmIn("/elsewhere") };
  return createWorkerRunner(options).then(() => "", String);
}

export const tests = { here, inWorkers, withoutWorker, withoutModules };
