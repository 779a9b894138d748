/**
 * Quantiles and distributions of Student's t, the beta and the normal law; the one file that asks the library for them.
 *
 * The library is stdlib (github.com/stdlib-js), one package a function: Apache-2.0, kept by a team, with types, for
 * Node and browsers (CommonJS, which Node and bundlers import), and right to 14 digits where scipy was asked. The five
 * packages bring 240 small ones, 27 MB on disk, of which a bundle holds 0.8. Smaller ones were left: jstat (1.2 MB) has
 * no types and 9 digits, lib-r-math.js (3.9 MB) 8 digits and a release candidate among its dependencies, and
 * simple-statistics (2 MB) has no quantile of t or beta.
 */

import betaQuantileOf from "@stdlib/stats-base-dists-beta-quantile";
import normalCdfOf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantileOf from "@stdlib/stats-base-dists-normal-quantile";
import tCdfOf from "@stdlib/stats-base-dists-t-cdf";
import tQuantileOf from "@stdlib/stats-base-dists-t-quantile";

/** The value below which Student's t with `degrees` of freedom lies with probability `p`; NaN where there is none. */
export function tQuantile(p: number, degrees: number): number {
  return tQuantileOf(p, degrees);
}

/** The probability that Student's t with `degrees` of freedom is at most `x`. */
export function tCdf(x: number, degrees: number): number {
  return tCdfOf(x, degrees);
}

/** The value below which a beta variable of shapes `a` and `b`, both above 0, lies with probability `p`. */
export function betaQuantile(p: number, a: number, b: number): number {
  return betaQuantileOf(p, a, b);
}

/** The value below which a standard normal lies with probability `p`; infinite at 0 and 1. */
export function normalQuantile(p: number): number {
  return normalQuantileOf(p, 0, 1);
}

/** The probability that a standard normal is at most `x`. */
export function normalCdf(x: number): number {
  return normalCdfOf(x, 0, 1);
}
