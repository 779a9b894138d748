/**
 * The bootstrap's BCa interval of a mean: percentiles of 10,000 resampled means, corrected for bias and acceleration.
 * Source: Efron 1987, "Better bootstrap confidence intervals"; as written in Efron and Tibshirani 1993, "An introduction
 * to the bootstrap", equations 14.9 to 14.15. Resampled means equal to the mean count half, as in scipy.stats.bootstrap.
 */

import { normalCdf, normalQuantile } from "./distributions.ts";
import { DRAWS, type DrawKey, draws, meanOf, sum } from "./sample.ts";

/** The probability below either end of a two-sided 95 % interval. */
const ENDS = [0.025, 0.975] as const;

/** Means nearer to one another than this share of the values' spread are equal but for rounding. */
const TOLERANCE = 1e-9;

/** The 95 % BCa interval of the mean of `values`, all finite; of equal values it is that value. */
export function bcaOf(values: readonly number[], key?: DrawKey): { low: number; high: number } {
  const mean = meanOf(values);
  const spread = Math.max(...values) - Math.min(...values);
  if (spread === 0) return { low: mean, high: mean };
  const means = resampledMeans(values, key).sort();
  const bias = biasOf(means, mean, TOLERANCE * spread);
  const acceleration = accelerationOf(values, mean);
  const [low, high] = ENDS.map((end) => {
    const z = bias + normalQuantile(end);
    return percentile(means, normalCdf(bias + z / (1 - acceleration * z)));
  });
  return { low: low!, high: high! };
}

/** Means of {@link DRAWS} resamples, each of as many values as there are, one word of the stream a value. */
function resampledMeans(values: readonly number[], key?: DrawKey): Float64Array {
  const random = draws(key);
  const n = values.length;
  return Float64Array.from({ length: DRAWS }, () => {
    let total = 0;
    for (let i = 0; i < n; i++) total += values[random.below(n)]!;
    return total / n;
  });
}

/** z0: the normal quantile of the share of resampled means below the mean, those equal to it counted half. */
function biasOf(means: Float64Array, mean: number, tolerance: number): number {
  const below = means.filter((each) => each < mean - tolerance).length;
  const upTo = means.filter((each) => each <= mean + tolerance).length;
  return normalQuantile((below + upTo) / (2 * means.length));
}

/** The jackknife's acceleration, which for a mean is a sixth of the skewness over the root of n. */
function accelerationOf(values: readonly number[], mean: number): number {
  const deviations = values.map((value) => value - mean);
  const squares = sum(deviations.map((each) => each * each));
  const cubes = sum(deviations.map((each) => each * each * each));
  return cubes / (6 * squares * Math.sqrt(squares));
}

/** The value at share `p` of the sorted `values`, between two of them linearly. */
function percentile(values: Float64Array, p: number): number {
  const place = p * (values.length - 1);
  const index = Math.min(Math.floor(place), values.length - 2);
  const [before, after] = [values[index]!, values[index + 1]!];
  return before + (place - index) * (after - before);
}
