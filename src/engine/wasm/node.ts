/** The WebAssembly engine in Node: the modules lie in dist/wasm, and relaxed SIMD is switched on where Node hides it. */
import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { fail } from "../../base/errors.ts";
import { addViewKernels } from "../../program/view-kernels.ts";
import type { HostEngine } from "../engine.ts";
import { loadWasm, type WasmModule } from "./module.ts";
import { createWasm } from "./wasm.ts";

/** Whether the WebAssembly engine works here, with fused multiply-adds or without, or why not. */
export type WasmState =
  | { readonly works: true; readonly relaxed: boolean }
  | { readonly works: false; readonly reason: string };

let loaded: Promise<WasmModule> | undefined;

const folder = new URL("../../../dist/wasm/", import.meta.url);

function load(): Promise<WasmModule> {
  // Complete in the V8 of Node 20, but behind a flag that later releases no longer have.
  if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");
  // A program may call for them later.
  addViewKernels();
  loaded ??= loadWasm((name) => readFile(new URL(name, folder)));
  return loaded;
}

/** Tries the engine once per process. */
export async function wasmState(): Promise<WasmState> {
  try {
    return { works: true, relaxed: (await load()).relaxed };
  } catch (error) {
    return { works: false, reason: (error as Error).message };
  }
}

/** Opens the WebAssembly engine; throws with code `engine` where it does not work. */
export async function createNodeWasm(): Promise<HostEngine> {
  try {
    return createWasm(await load());
  } catch (error) {
    return fail("engine", "WebAssembly engine", {
      rule: (error as Error).message,
      remedy: "`npm run build` makes its modules",
    });
  }
}
