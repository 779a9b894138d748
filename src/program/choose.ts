/** The choice between dense and sparse kernels, per layer and direction. */
import type { Storage } from "./buffers.ts";

export type Direction = "forward" | "inputGradient" | "weightGradient";

/** The kinds of layers that have both. */
export type Product = "linear" | "convolution";

/** Densities from which the dense kernel is the faster one. */
export type Crossover = Readonly<Record<Product | typeof CHOSEN, Readonly<Record<Direction, number>>>>;

/** Convolutions of weights that scores choose, whose lists of kept weights every run makes anew. */
export const CHOSEN = "chosen convolution";

/**
 * Measured on the 300x784 and 100x300 layers of LeNet at batches of 60 and 128, and on the layers of ResNet-20 at 128
 * (docs/benchmarks.md). One table serves all engines and machines: the dense and the sparse weight gradient of a linear
 * layer add in different orders, so a choice that depended on the machine would change bits. Convolutions give the same
 * bits either way.
 */
export const CROSSOVER: Crossover = {
  linear: { forward: 0.6, inputGradient: 0.7, weightGradient: 0.65 },
  convolution: { forward: 0.35, inputGradient: 0.35, weightGradient: 0.37 },
  // Of edge-popup on Conv-4 and ResNet-20 at 128. The gradients of scores need those of all weights.
  [CHOSEN]: { forward: 0.45, inputGradient: 0.5, weightGradient: 0 },
};

/** Sparse kernels everywhere that a mask prunes anything, or nowhere; for tests and benchmarks. */
export const ALWAYS_SPARSE: Crossover = alike(2);
export const NEVER_SPARSE: Crossover = alike(0);

function alike(density: number): Crossover {
  const directions = { forward: density, inputGradient: density, weightGradient: density };
  return { linear: directions, convolution: directions, [CHOSEN]: directions };
}

/** Whether a direction of a layer stored so takes its sparse kernel. */
export function takesSparse(
  storage: Storage,
  { product, direction }: { product: Product; direction: Direction },
  crossover: Crossover,
): boolean {
  if (storage.kind === "dense") return false;
  const { kept, rows, columns } = storage.index;
  return kept / (rows * columns) < crossover[product][direction];
}

/** The kind of layer that a kernel of either kind computes. */
export function productOf(kernel: string): keyof Crossover {
  if (kernel.endsWith("_kept")) return CHOSEN;
  return kernel.startsWith("convolution") ? "convolution" : "linear";
}
