/** Finding and loading the native addon, and the reason where that fails. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { ColumnData } from "../../dataset/table.ts";
import { lackingKernel } from "../../program/kernels.ts";
import { addViewKernels } from "../../program/view-kernels.ts";

/** The addon's functions; it trusts their arguments. */
export interface Addon {
  /** Instruction sets that this CPU has, best first. */
  isas(): string[];
  /** All that were compiled; a position here is `run`'s first argument. */
  all(): string[];
  /** Signatures in the order of the kernels' codes. */
  kernels(): string[];
  arena(elements: number): ArrayBuffer | null;
  /** Data and starts of every column in turn, and its type and size in turn: a handle, good while the arrays live. */
  columns(count: number, arrays: readonly (ColumnData | null)[], numbers: Int32Array): object;
  pool(threads: number): object;
  run(
    isa: number,
    arena: Float32Array,
    code: Int32Array,
    columns: object | null,
    pool: object | null,
    scratch: number,
    scratchStart: number,
  ): void;
}

/** The addon, or why it cannot be used. */
export type AddonState = { readonly addon: Addon } | { readonly addon: null; readonly reason: string };

const AGAIN = "run `npm rebuild tombola-lab` (in a clone: `npm run install`)";
const ANEW = "run `npm rebuild tombola-lab` (in a clone: `npm run build`, then `npm run install`)";

let state: AddonState | undefined;

/** Loads the addon once per process. */
export function loadAddon(): AddonState {
  state ??= tryLoad(fileURLToPath(new URL("../../../build/native/tombola.node", import.meta.url)));
  return state;
}

function tryLoad(path: string): AddonState {
  if (!existsSync(path)) return { addon: null, reason: `it was not built; where a C++ compiler exists, ${AGAIN}` };
  try {
    const addon = createRequire(import.meta.url)(path) as Addon;
    // A program may call for them later.
    addViewKernels();
    const lacking = lackingKernel(addon.kernels());
    return lacking ? { addon: null, reason: `it lacks the kernel ${lacking}; ${ANEW}` } : { addon };
  } catch (error) {
    return { addon: null, reason: `it does not load: ${(error as Error).message}` };
  }
}
