/**
 * Ratios of positive numbers, such as the iterations at which two trainings stop, as logarithms: twice as long and half
 * as long are then equally far from equal, and the mean of ratios does not depend on which side divides the other.
 * Source: Bland and Altman 1996, "Transformations, means, and confidence intervals".
 */

import { fail } from "../base/errors.ts";
import { type Interval, type IntervalOptions, interval, type Range } from "./interval.ts";

/** A ratio over replicates, and how sure it is. */
export interface Ratio extends Range, Pick<Interval, "n" | "diverged" | "method"> {
  /** The geometric mean of the finite ratios, NaN of none. */
  readonly ratio: number;
}

/**
 * The logarithms of `over[i] / under[i]`, for {@link ratio} and tests of sides; NaN where one is NaN.
 * Throws `usage` on a number that is not above 0, and where the two are not of the same replicates.
 */
export function logRatios(over: readonly number[], under: readonly number[]): number[] {
  if (over.length !== under.length)
    fail("usage", "logRatios", { rule: `must be of the same ${over.length} replicates`, got: under.length });
  const wrong = [...over, ...under].find((value) => value <= 0);
  if (wrong !== undefined) fail("usage", "logRatios", { rule: "must be of numbers above 0", got: wrong });
  return over.map((value, i) => Math.log(value / under[i]!));
}

/**
 * The mean ratio and its 95 % interval from log ratios, one a replicate, exponentiated back.
 * @throws as {@link interval}
 */
export function ratio(logs: readonly number[], options: IntervalOptions = {}): Ratio {
  const { mean, low, high, n, diverged, method } = interval(logs, options);
  return { ratio: Math.exp(mean), low: Math.exp(low), high: Math.exp(high), n, diverged, method };
}
