/** The choice between dense and sparse kernels, per layer and direction. */
import type { Storage } from "./buffers.ts";

export type Direction = "forward" | "inputGradient" | "weightGradient";

/** Densities from which the dense kernel is the faster one. */
export type Crossover = Readonly<Record<Direction, number>>;

/**
 * Measured on the 300x784 and 100x300 layers of LeNet at batches of 60 and 128 (docs/benchmarks.md). One table serves all
 * engines and machines: the dense and the sparse weight gradient add in different orders, so a choice that depended on
 * the machine would change bits.
 */
export const CROSSOVER: Crossover = { forward: 0.6, inputGradient: 0.7, weightGradient: 0.65 };

/** Sparse kernels everywhere that a mask prunes anything, or nowhere; for tests and benchmarks. */
export const ALWAYS_SPARSE: Crossover = { forward: 2, inputGradient: 2, weightGradient: 2 };
export const NEVER_SPARSE: Crossover = { forward: 0, inputGradient: 0, weightGradient: 0 };

/** Whether a direction of a layer stored so takes its sparse kernel. */
export function takesSparse(storage: Storage, direction: Direction, crossover: Crossover): boolean {
  if (storage.kind === "dense") return false;
  const { kept, rows, columns } = storage.index;
  return kept / (rows * columns) < crossover[direction];
}
