/** The engines that results are tested on. One that joins this list joins every suite; one that is absent says why. */
import { readFile } from "node:fs/promises";
import { describe, test } from "vitest";
import type { Engine } from "../src/engine/engine.ts";
import { loadAddon } from "../src/engine/native/addon.ts";
import { createNative } from "../src/engine/native/native.ts";
import { createReference } from "../src/engine/reference/reference.ts";
import { loadWasm } from "../src/engine/wasm/module.ts";
import { createNodeWasm, wasmState } from "../src/engine/wasm/node.ts";
import { createWasm } from "../src/engine/wasm/wasm.ts";

/** An engine of this machine, or the reason for its absence. */
export type Candidate =
  | { readonly name: string; readonly engine: Engine }
  | { readonly name: string; readonly engine: null; readonly reason: string };

const present = (engine: Engine): Candidate => ({ name: engine.name, engine });
const absent = (name: string, reason: string): Candidate => ({ name, engine: null, reason });

/** Every instruction set of the native addon. */
export function nativeEngines(threads = 1): readonly Candidate[] {
  const state = loadAddon();
  if (!state.addon) return [absent("native", state.reason)];
  const supported = state.addon.isas();
  return state.addon
    .all()
    .map((isa) =>
      supported.includes(isa) ? present(createNative({ isa, threads })) : absent(`native:${isa}`, "this CPU lacks it"),
    );
}

/** The engine that all others are held against. */
export const ORACLE: Engine = createReference();

/** WebAssembly with the host's multiply-add where it has one, and the build for hosts that have none. */
async function wasmEngines(): Promise<readonly Candidate[]> {
  const state = await wasmState();
  if (!state.works) return [absent("wasm", state.reason)];
  const best = await createNodeWasm();
  return state.relaxed ? [present(best), present(createWasm(await loadWasm(withoutRelaxed)))] : [present(best)];
}

/** Bytes that no host accepts in place of the relaxed module. */
const withoutRelaxed = async (name: string) =>
  name.includes("relaxed") ? new Uint8Array() : readFile(new URL(`../dist/engine/wasm/${name}`, import.meta.url));

/** The engines of float32. */
export const FAST_ENGINES: readonly Candidate[] = [...nativeEngines(), ...(await wasmEngines())];

export const ENGINES: readonly Candidate[] = [present(ORACLE), ...FAST_ENGINES];

/** Declares a suite for each engine; an absent one becomes a skipped test named by the reason. */
export function eachEngine(candidates: readonly Candidate[], suite: (engine: Engine) => void): void {
  for (const candidate of candidates)
    describe(candidate.name, () => {
      if (candidate.engine) suite(candidate.engine);
      else test.skip(candidate.reason, () => {});
    });
}
