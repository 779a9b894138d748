/** A worker thread for the parts of one step: answers each part that it is sent. */
import { parentPort, workerData } from "node:worker_threads";
import { loadPlugins } from "../plugin/load.ts";
import { stepNamed } from "../step/registry.ts";
import type { FromPart, PartSetup } from "./parts.ts";
import { failureOf } from "./serve.ts";

const port = parentPort!;
const setup = workerData as PartSetup;
const loaded = loadPlugins(setup.plugins);
loaded.catch(() => {});

async function answer(job: unknown): Promise<FromPart> {
  try {
    await loaded;
    return { kind: "done", result: stepNamed(setup.step).part!(job as never) };
  } catch (error) {
    return { kind: "failed", ...failureOf(error) };
  }
}

port.on("message", async (job: unknown) => port.postMessage(await answer(job)));
