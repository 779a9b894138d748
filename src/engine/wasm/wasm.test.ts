/** The WebAssembly engine's memory and loading; what it computes is tested beside the other engines, in test/parity. */
import { readFile } from "node:fs/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { sha256Hex } from "../../base/hash.ts";
import { syntheticDataset } from "../../dataset/synthetic.ts";
import { columnOf } from "../../dataset/table.ts";
import { initialise } from "../../model/initialise.ts";
import { parseModel } from "../../model/registry.ts";
import { KERNEL_GROUPS } from "../../program/kernels.ts";
import { allIndices, evaluate, type Score } from "../../train/evaluate.ts";
import { compileExperiment, scalingsOf } from "../../train/experiment.ts";
import { type HostEngine, type HostInstance, readParameter, writeParameter } from "../engine.ts";
import { createReference } from "../reference/reference.ts";
import { loadWasm, type ReadFile, type WasmModule } from "./module.ts";
import { wasmState } from "./node.ts";
import { createWasm } from "./wasm.ts";

const state = await wasmState();
const read: ReadFile = (name) => readFile(new URL(`../../../dist/wasm/${name}`, import.meta.url));
const title = state.works ? "the WebAssembly engine" : `the WebAssembly engine, since ${state.reason}`;

describe.skipIf(!state.works)(title, () => {
  const dataset = syntheticDataset({ train: 100, test: 40 });
  const model = parseModel("mlp-300", dataset);
  const optimizer = { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0 } as const;
  const program = compileExperiment(model, { optimizer, batch: 16, scalings: scalingsOf(dataset) });
  const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });

  function open(engine: HostEngine): HostInstance {
    const instance = engine.open(program);
    for (const [name, values] of weights) writeParameter(instance, name, values);
    return instance;
  }
  const score = (instance: HostInstance) => evaluate(instance, { dataset, part: "test" }, allIndices(40));
  const expectClose = (a: Score, b: Score) => {
    expect(a.measures).toEqual(b.measures);
    expect(a.loss).toBeCloseTo(b.loss, 5);
  };

  test("grows its memory to the program and to every data set that it is shown, and keeps what is in it", async () => {
    const module = await loadWasm(read);
    const { noted, size } = noting(module);
    const initial = module.instantiate([]).get("core")!.memory.buffer.byteLength;
    const instance = open(createWasm(noted));
    const opened = size();
    expect(program.arenaElements * 4).toBeGreaterThan(initial);
    expect(opened).toBeGreaterThanOrEqual(program.arenaElements * 4);
    const before = await score(instance);
    expectClose(before, await score(open(createReference())));
    const large = syntheticDataset({ train: 2000, test: 1 }).train;
    instance.bind(large);
    const grown = size();
    expect(grown).toBeGreaterThanOrEqual(opened + columnOf(large, "images").data.length);
    expect(bitsOf(readParameter(instance, "fc1.weight"))).toBe(bitsOf(weights.get("fc1.weight")!));
    expect(await score(instance)).toEqual(before);
    // What is there already is not copied in again.
    for (let i = 0; i < 5; i++) instance.bind(i % 2 === 0 ? large : dataset.test);
    expect(size()).toBe(grown);
  });

  test("gives every program a memory of its own", async () => {
    const engine = createWasm(await loadWasm(read));
    const [one, other] = [open(engine), open(engine)];
    writeParameter(one, "fc1.bias", new Float32Array(300).fill(9));
    expect(readParameter(other, "fc1.bias")).toEqual(weights.get("fc1.bias"));
    expect(await score(other)).not.toEqual(await score(one));
  });

  test("says so where memory cannot grow", async () => {
    const engine = createWasm(await loadWasm(read));
    expect(() => engine.open({ ...program, arenaElements: 2 ** 30 })).toThrow(
      expect.objectContaining({
        code: "engine",
        message: expect.stringMatching(/^WebAssembly memory: cannot grow, got "[\d.]+ GiB"$/),
      }),
    );
  });
});

describe.skipIf(!state.works)("loading", () => {
  test("takes the variant that the host runs, and asks for no other file", async () => {
    const asked: string[] = [];
    const noted: ReadFile = (name) => {
      asked.push(name);
      return read(name);
    };
    expect(createWasm(await loadWasm(noted, { relaxed: false })).name).toBe("wasm");
    expect(asked).toEqual(KERNEL_GROUPS.map((group) => `${group}.wasm`));
    expect(createWasm(await loadWasm(read)).name).toBe(state.works && state.relaxed ? "wasm:relaxed" : "wasm");
  });

  test.each([
    ["no SIMD", { validate: () => false }, "this host has no WebAssembly SIMD"],
    ["no WebAssembly", undefined, "this host has no WebAssembly"],
  ])("says so on a host with %s", async (_, host, message) => {
    vi.stubGlobal("WebAssembly", host);
    onTestFinished(() => void vi.unstubAllGlobals());
    await expect(loadWasm(read)).rejects.toThrow(message);
  });

  test("puts the data of groups one behind the other in their memory", async () => {
    const kernels = (await loadWasm(read)).instantiate(KERNEL_GROUPS);
    const data = KERNEL_GROUPS.map((group) => kernels.get(group)!).map(({ heap, kernel_signature }) => ({
      from: kernel_signature(0),
      end: heap(),
    }));
    data.forEach(({ from, end }, place) => {
      expect(from).toBeGreaterThan(place > 0 ? data[place - 1]!.end : 0);
      expect(end).toBeGreaterThan(from);
    });
  });

  test.each([
    ["name", "relu(", "rulu("],
    ["arguments", "relu(y x; ", "relu(y; x "],
  ])("refuses a module where the %s of a kernel are not the program's", async (_, from, to) => {
    const changed: ReadFile = async (name) => replaced(await read(name), from, to);
    await expect(loadWasm(changed)).rejects.toThrow(
      "it lacks the kernel relu(y x; elements; ) by elements/16; run `npm run build`",
    );
  });
});

function bitsOf(values: Float32Array): string {
  return sha256Hex(new Uint8Array(values.buffer));
}

/** The module with the memory of its last instance in view. */
function noting(module: WasmModule): { noted: WasmModule; size: () => number } {
  let last = module.instantiate([]);
  const instantiate: WasmModule["instantiate"] = (groups) => (last = module.instantiate(groups));
  return { noted: { ...module, instantiate }, size: () => last.get("core")!.memory.buffer.byteLength };
}

/** The bytes with a text in them replaced wherever it stands by one of equal length. */
function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return Uint8Array.from(text.replaceAll(from, to), (letter) => letter.charCodeAt(0));
}
