/** Choosing an engine by name. */
import { checkInteger } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { HostEngine } from "./engine.ts";
import { loadAddon } from "./native/addon.ts";
import { createNative } from "./native/native.ts";
import { createReference } from "./reference/reference.ts";
import { createNodeWasm } from "./wasm/node.ts";

/** Engine names, for help and errors; `auto` is the native engine where it is fast, else WebAssembly. */
export const ENGINE_NAMES = ["auto", "native", "native:ISA", "wasm", "reference"] as const;

/** How an engine runs. */
export interface EngineOptions {
  /** Threads that run each kernel, from 1, where the engine has threads; default 1. No number depends on it. */
  readonly threads?: number;
}

/**
 * Opens an engine by name; `threads` run each kernel, where the engine has threads.
 * Throws with code `usage` for an unknown name and `engine` for one that does not work here.
 */
export async function createEngine(name: string, { threads = 1 }: EngineOptions = {}): Promise<HostEngine> {
  checkInteger("threads", threads, { min: 1 });
  const isa = /^native:(.+)$/.exec(name)?.[1];
  if (isa) return createNative({ threads, isa });
  switch (name) {
    case "auto":
      return nativeIsFast() ? createNative({ threads }) : createNodeWasm();
    case "native":
      return createNative({ threads });
    case "wasm":
      return createNodeWasm();
    case "reference":
      return createReference();
    default:
      return fail("usage", "engine", { rule: `must be one of ${ENGINE_NAMES.join(", ")}`, got: name });
  }
}

/** Without a fused multiply-add the native engine emulates it exactly, and WebAssembly is many times faster. */
function nativeIsFast(): boolean {
  return loadAddon().addon?.isas()[0] !== "sse2" && loadAddon().addon !== null;
}
