/** The engines that results are tested on. One that joins this list joins every suite; one that is absent says why. */
import { readFile } from "node:fs/promises";
import { describe, test } from "vitest";
import type { HostEngine } from "../src/engine/engine.ts";
import { loadAddon } from "../src/engine/native/addon.ts";
import { createNative } from "../src/engine/native/native.ts";
import { createReference } from "../src/engine/reference/reference.ts";
import { loadWasm } from "../src/engine/wasm/module.ts";
import { createNodeWasm, wasmState } from "../src/engine/wasm/node.ts";
import { createWasm } from "../src/engine/wasm/wasm.ts";

/** An engine of this machine, or the reason for its absence. */
export type Candidate =
  | { readonly name: string; readonly engine: HostEngine }
  | { readonly name: string; readonly engine: null; readonly reason: string };

const present = (engine: HostEngine): Candidate => ({ name: engine.name, engine });
const absent = (name: string, reason: string): Candidate => ({ name, engine: null, reason });

/** The engine that all others are held against. */
export const ORACLE: HostEngine = createReference();

/** Every instruction set of the native addon. */
function nativeEngines(threads: number): readonly Candidate[] {
  const state = loadAddon();
  if (!state.addon) return [absent("native", state.reason)];
  const supported = state.addon.isas();
  return state.addon
    .all()
    .map((isa) =>
      supported.includes(isa) ? present(createNative({ isa, threads })) : absent(`native:${isa}`, "this CPU lacks it"),
    );
}

const readWasm = (name: string) => readFile(new URL(`../dist/wasm/${name}`, import.meta.url));

/** WebAssembly with the host's multiply-add, and the build for hosts that have none. */
async function wasmEngines(): Promise<readonly [Candidate, Candidate]> {
  const state = await wasmState();
  if (!state.works) return [absent("wasm:relaxed", state.reason), absent("wasm", state.reason)];
  const plain = present(createWasm(await loadWasm(readWasm, { relaxed: false })));
  if (!state.relaxed) return [absent("wasm:relaxed", "this host has no relaxed SIMD"), plain];
  return [present(await createNodeWasm()), plain];
}

const [relaxed, plain] = await wasmEngines();

/** The engines of float32. */
export const FAST_ENGINES: readonly Candidate[] = [...nativeEngines(1), relaxed, plain];

/** The engines that promise the same bits: all that round a multiply-add once. */
export function exactEngines(threads: number): readonly Candidate[] {
  const natives = nativeEngines(threads);
  if (threads > 1) return natives;
  const isFused = natives.some(({ name, engine }) => engine && name !== "native:sse2");
  return [...natives, isFused ? relaxed : absent(relaxed.name, "this CPU has no fused multiply-add")];
}

/** Those of them that work here. */
export const PRESENT_FAST: readonly HostEngine[] = FAST_ENGINES.flatMap(({ engine }) => engine ?? []);

export const ENGINES: readonly Candidate[] = [present(ORACLE), ...FAST_ENGINES];

/** Declares a suite for each engine; an absent one becomes a skipped test named by the reason. */
export function eachEngine(candidates: readonly Candidate[], suite: (engine: HostEngine) => void): void {
  for (const candidate of candidates)
    describe(candidate.name, () => {
      if (candidate.engine) suite(candidate.engine);
      // Hardware that this machine lacks: no test can make up for it, and the reporter shows which and why.
      else test.skip(candidate.reason, () => {});
    });
}
