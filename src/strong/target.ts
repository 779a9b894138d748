/** Target networks and what their construction inside a random network leaves, and how far the two are apart. */
import { requireFields } from "../base/checks.ts";
import { lengthOf } from "./numbers.ts";
import type { SparseLayer } from "./sparse.ts";

/** A layer of a target: `[outputs, inputs]` row-major, ReLU behind all but the last. */
export interface TargetLayer {
  readonly outputs: number;
  readonly inputs: number;
  readonly weights: Float32Array;
  /** `[outputs]`; null for none, which all but Burkholz's construction need. */
  readonly bias: Float32Array | null;
}

/** How well the weights of one target layer are met. */
export interface LayerError {
  readonly weights: number;
  /** Weights that are further from their target than epsilon. */
  readonly missed: number;
  /** The largest distance. */
  readonly max: number;
  /** The mean distance. */
  readonly mean: number;
}

/** A random network with the mask that makes a target of it, by its kept weights. */
export interface Compiled {
  readonly layers: readonly SparseLayer[];
  /** Of every target layer. */
  readonly errors: readonly LayerError[];
  /**
   * How much every target layer may stretch an error in what it reads. Absent: as much as its matrix does. It is there where
   * a layer reads copies of a neuron that err apart, whose kept weights may be far larger than the weight that they add up to.
   */
  readonly stretch?: readonly number[];
  /** Weights and biases of the whole random network. */
  readonly randomParameters: number;
  /** Those of them that the construction may use: the blocks of its gadgets. */
  readonly candidates: number;
}

/** Collects distances from targets. */
export interface ErrorTally {
  add(error: number): void;
  done(): LayerError;
}

/** Counts how many of a layer's weights are missed by more than `epsilon`. */
export function errorTally(epsilon: number): ErrorTally {
  let [weights, missed, max, sum] = [0, 0, 0, 0];
  return {
    add(error) {
      const distance = Math.abs(error);
      weights++;
      sum += distance;
      if (distance > epsilon) missed++;
      if (distance > max) max = distance;
    },
    done: () => ({ weights, missed, max, mean: weights > 0 ? sum / weights : 0 }),
  };
}

/** All weights of a target, biases included. */
export function weightsOf(target: readonly TargetLayer[]): number {
  return target.reduce((sum, { weights, bias }) => sum + weights.length + (bias?.length ?? 0), 0);
}

/** Of what a bound on outputs is. */
export interface BoundOptions extends Pick<Compiled, "stretch"> {
  /** The distance at most between each weight and its target, above 0. */
  readonly epsilon: number;
  /** The length in L2 of the longest input, above 0; default 1. */
  readonly radius?: number;
}

/**
 * How far outputs may be apart in L2: with E = epsilon sqrt(outputs * inputs) a layer adds E times the length of what it
 * reads, and passes on the error before it at most |W| + E times, or as often as `stretch` says of it. A ReLU stretches
 * nothing. Biases count as the weights of an input that is 1. Throws `usage` where `epsilon` is missing.
 */
export function errorBound(target: readonly TargetLayer[], options: BoundOptions): number {
  requireFields("errorBound", options, ["epsilon"]);
  const { epsilon, radius = 1, stretch } = options;
  let [error, length] = [0, radius];
  for (const [index, { outputs, inputs, weights, bias }] of target.entries()) {
    const norm = lengthOf(weights);
    const ones = bias ? 1 : 0;
    const off = epsilon * Math.sqrt(outputs * inputs);
    const offBias = ones * epsilon * Math.sqrt(outputs);
    error = (stretch?.[index] ?? norm + off) * error + off * length + offBias;
    length = norm * length + (bias ? lengthOf(bias) : 0);
  }
  return error;
}
