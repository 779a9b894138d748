/** The engine from addresses: what is fetched, when, and what is said where that fails. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { initialise } from "../../model/initialise.ts";
import { parseModel } from "../../model/registry.ts";
import { KERNEL_GROUPS } from "../../program/kernels.ts";
import { taskOf } from "../../task/registry.ts";
import { edgePopup, firstScores } from "../../train/edge-popup.ts";
import { compileExperiment, scalingsOf } from "../../train/experiment.ts";
import { adam, dataset } from "../../train/fixtures/tasks.ts";
import { trainNetwork } from "../../train/network.ts";
import { optimizerNames, optimizerOf } from "../../train/optimizer.ts";
import { fileOf } from "./module.ts";
import { createNodeWasm, wasmState } from "./node.ts";
import { openWasm, wasmIn } from "./urls.ts";
import { groupsOf } from "./wasm.ts";

const state = await wasmState();
const bytesOf = (name: string) => readFile(new URL(`../../../dist/wasm/${name}`, import.meta.url));

/** Serves the package's modules on this machine; `asked` lists the files in the order of asking. */
async function serve(type: string) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const name = request.url!.slice(1);
    asked.push(name);
    const bytes = await bytesOf(name).catch(() => undefined);
    response.writeHead(bytes ? 200 : 404, { "content-type": type });
    response.end(bytes);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  return { asked, folder: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const model = parseModel("mlp-16", dataset);
const chosen = edgePopup(model, { kept: 0.5, scope: "layer" });
const draw = { seed: 1, replicate: 0, draw: 0 };
const network = { weights: initialise(model, "glorot-normal", draw), mask: null };
const scored = { weights: new Map([...network.weights, ...firstScores(chosen, draw)]), mask: null };
const relaxed = state.works && state.relaxed;

describe.skipIf(!state.works)(state.works ? "the engine from addresses" : `the engine, since ${state.reason}`, () => {
  test.each(["application/wasm", "application/octet-stream"])(
    "fetches the core, other groups when a program calls for them, and gives Node's bits (%s)",
    async (type) => {
      const { asked, folder } = await serve(type);
      const engine = await openWasm(wasmIn(folder));
      const here = await createNodeWasm();
      expect(engine).toMatchObject({ name: here.name, threads: 1, arithmetic: here.arithmetic });
      expect(asked).toEqual([fileOf("core", relaxed)]);
      const options = { dataset, steps: 5, batch: 40 };
      const dense = await trainNetwork(engine, network, { model, ...options });
      expect(dense).toEqual(await trainNetwork(here, network, { model, ...options }));
      expect(asked.length).toBe(1);
      const masked = [1, 2].map(() => trainNetwork(engine, scored, { model: chosen, ...options }));
      expect(await masked[0]).toEqual(await trainNetwork(here, scored, { model: chosen, ...options }));
      await masked[1];
      expect(asked).toEqual([fileOf("core", relaxed), fileOf("computed", relaxed)]);
    },
  );

  test("takes bytes, and needs no address of a group that no program calls for", async () => {
    const [relaxed, plain] = await Promise.all([bytesOf("core-relaxed.wasm"), bytesOf("core.wasm")]);
    const engine = await openWasm({ relaxed, plain });
    await trainNetwork(engine, network, { model, dataset, steps: 1 });
    await expect(trainNetwork(engine, scored, { model: chosen, dataset, steps: 1 })).rejects.toMatchObject({
      code: "engine",
      message:
        "WebAssembly engine, group computed: a program calls for these kernels: give openWasm the addresses of the group",
    });
  });

  test("says what the server answers, and which kernels a module of another version lacks", async () => {
    const { folder } = await serve("text/html");
    await expect(openWasm(wasmIn(`${folder}/elsewhere/`))).rejects.toMatchObject({
      code: "engine",
      message: expect.stringMatching(/^WebAssembly engine, group core: http.*core.*\.wasm answers 404/),
    });
    const other = `${folder}/${fileOf("computed", relaxed)}`;
    await expect(openWasm({ relaxed: other, plain: other })).rejects.toMatchObject({ code: "engine" });
  });
});

test.each([
  "mlp-8-tanh-dropout0.5",
  "mlp-8-elu",
  "conv-2-w4",
  "vgg-11-w4",
  "resnet-8-2",
  "resnet-18-cifar-w4",
  "inception-v3-cifar-w4",
])("the core is all that %s needs, whatever trains it", (name) => {
  const shape = name.startsWith("mlp") ? dataset.shape : [3, 32, 32];
  const description = { ...dataset, shape, mean: [0.5], std: [0.5] };
  for (const option of optimizerNames()) {
    const optimizer = option.startsWith("adam") ? { ...adam, name: option } : optimizerOf(option, { momentum: 0.9 });
    const options = { optimizer, batch: 16, task: taskOf(dataset), scalings: scalingsOf(description) } as const;
    const program = compileExperiment(parseModel(name, description), options as never);
    expect(groupsOf(program)).toEqual(["core"]);
  }
  expect(KERNEL_GROUPS[0]).toBe("core");
});
