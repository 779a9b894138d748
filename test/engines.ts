/** The engines that results are tested on. One that joins this list joins every suite; one that is absent says why. */
import { describe, test } from "vitest";
import type { Engine } from "../src/engine/engine.ts";
import { loadAddon } from "../src/engine/native/addon.ts";
import { createNative } from "../src/engine/native/native.ts";
import { createReference } from "../src/engine/reference/reference.ts";

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

/** The engines of float32. */
export const FAST_ENGINES: readonly Candidate[] = nativeEngines();

export const ENGINES: readonly Candidate[] = [present(ORACLE), ...FAST_ENGINES];

/** Declares a suite for each engine; an absent one becomes a skipped test named by the reason. */
export function eachEngine(candidates: readonly Candidate[], suite: (engine: Engine) => void): void {
  for (const candidate of candidates)
    describe(candidate.name, () => {
      if (candidate.engine) suite(candidate.engine);
      else test.skip(candidate.reason, () => {});
    });
}
