/**
 * 95 % intervals for the mean of a value over replicates: Student's t (Student 1908, "The probable error of a mean"),
 * and from 20 replicates on the bootstrap's BCa, which needs no normal law but too few replicates deceive.
 */

import { checkOneOf } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { bcaOf } from "./bootstrap.ts";
import { tQuantile } from "./distributions.ts";
import { type DrawKey, sampleOf } from "./sample.ts";

/** Where a mean lies with 95 % confidence. */
export interface Range {
  /** The lower end, NaN where there is no interval. */
  readonly low: number;
  /** The upper end, NaN where there is no interval. */
  readonly high: number;
}

/** The mean of a value over replicates, and how sure it is. */
export interface Interval extends Range {
  /** Mean of the finite values, NaN of none. */
  readonly mean: number;
  /** Finite values: those that the rest is of. */
  readonly n: number;
  /** Values that were NaN or infinite and left out. */
  readonly diverged: number;
  /** Sample standard deviation, NaN below two values. */
  readonly sd: number;
  /** `t` is Student's, `bca` the bootstrap's; `none` below two finite values. */
  readonly method: "t" | "bca" | "none";
}

/** How an interval is computed. */
export interface IntervalOptions {
  /** `t` by default below 20 finite values, `bca` from there on. */
  readonly method?: "t" | "bca";
  /** Names the draws of the bootstrap; default all of it 0. */
  readonly key?: DrawKey;
}

/** The least number of finite values that a bootstrap resamples. */
export const BOOTSTRAP_FROM = 20;

/** The probability below the upper end of a two-sided 95 % interval. */
export const UPPER = 0.975;

/** Student's quantiles by degrees of freedom: figures ask for few of them, thousands of times. */
const uppers = new Map<number, number>();

function upperOf(degrees: number): number {
  const found = uppers.get(degrees) ?? tQuantile(UPPER, degrees);
  uppers.set(degrees, found);
  return found;
}

/**
 * The 95 % interval of the mean of `values`, one a replicate, over the finite ones.
 * Throws `usage` where `bca` is asked for of fewer than 20, and for a field of the key out of range where it is drawn.
 */
export function interval(values: readonly number[], options: IntervalOptions = {}): Interval {
  const { finite, ...rest } = sampleOf(values);
  const { n, mean, sd } = rest;
  if (options.method !== undefined) checkOneOf("method", options.method, ["t", "bca"]);
  if (options.method === "bca" && n < BOOTSTRAP_FROM)
    fail("usage", "interval", {
      rule: `a bootstrap needs at least ${BOOTSTRAP_FROM} finite values`,
      got: n,
      remedy: "Use Student's t",
    });
  if (n < 2) return { ...rest, low: Number.NaN, high: Number.NaN, method: "none" };
  const { method = n < BOOTSTRAP_FROM ? "t" : "bca" } = options;
  if (method === "bca") return { ...rest, ...bcaOf(finite, options.key), method };
  const reach = (upperOf(n - 1) * sd) / Math.sqrt(n);
  return { ...rest, low: mean - reach, high: mean + reach, method };
}
