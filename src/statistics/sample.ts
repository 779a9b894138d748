/** What every statistic begins with: the finite values of the replicates, their mean and deviation, and the draws. */

import { type Random, randomStream, type StreamKey } from "../base/random.ts";

/** The finite ones among the values of a study's replicates. */
export interface Sample {
  /** The finite values, in the order of the replicates. */
  readonly finite: readonly number[];
  /** How many values are finite. */
  readonly n: number;
  /** How many are NaN or infinite: told wherever they are left out. */
  readonly diverged: number;
  /** Mean of the finite values, NaN where there is none. */
  readonly mean: number;
  /** Their sample standard deviation, with n - 1; NaN below two. */
  readonly sd: number;
}

/** Which words of the stream `statistics` are drawn: all fields 0 unless given. */
export type DrawKey = Partial<Omit<StreamKey, "stream">>;

/** Resamples of a bootstrap and flips of a test that does not try them all. */
export const DRAWS = 10_000;

/** Takes the finite values of `values`; see {@link Sample}. */
export function sampleOf(values: readonly number[]): Sample {
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  const mean = meanOf(finite);
  const sd = n < 2 ? Number.NaN : Math.sqrt(sum(finite.map((value) => (value - mean) ** 2)) / (n - 1));
  return { finite, n, diverged: values.length - n, mean, sd };
}

/** Mean of `values`, NaN of none; equal values have exactly themselves as their mean. */
export function meanOf(values: readonly number[]): number {
  const [first = Number.NaN] = values;
  // Added to the first value, the deviations of equal values are exactly 0, and so is their standard deviation.
  return first + sum(values.map((value) => value - first)) / values.length;
}

/** The sum from left to right. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Starts the stream `statistics` at `key`; throws `usage` on a field out of range. */
export function draws(key: DrawKey = {}): Random {
  return randomStream({ seed: 0, replicate: 0, step: 0, item: 0, ...key, stream: "statistics" });
}
