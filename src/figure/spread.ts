/** Replicates as an axis of their own: mean, range, interval and n of values, and the panels of rows. */

import { interval } from "../statistics/interval.ts";

/**
 * Mean, range, sample standard deviation, 95 % interval of the mean and count of the finite values, one a replicate; all
 * NaN when n is 0, deviation and interval below two values.
 */
export interface Spread {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly sd: number;
  /** The lower end of the 95 % interval of the mean: Student's, from 20 replicates on the bootstrap's. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Values that were NaN or infinite, left out of the rest. */
  readonly diverged: number;
}

/** A value of one replicate, or one of several of it. */
export interface ReplicateValue {
  readonly replicate: number;
  readonly value: number;
}

/** The panels that occur, in the order of the rows; `undefined` alone where the study has none. */
export function panelsOf(rows: readonly { readonly panel?: string }[]): (string | undefined)[] {
  return [...new Set(rows.map((row) => row.panel))];
}

/** Mean of the finite values, NaN of none; never outside their range. */
export function meanOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return Number.NaN;
  // Rounding may carry the mean of nearly equal values out of their range.
  const mean = finite.reduce((sum, value) => sum + value / finite.length, 0);
  return Math.min(Math.max(...finite), Math.max(Math.min(...finite), mean));
}

/**
 * Mean, range, deviation and interval of the finite values; see {@link Spread}.
 * @param method the interval's, where it is not to go by n: a bootstrap takes some 10 ms, too much for thousands of points
 */
export function describe(values: readonly number[], method?: "t"): Spread {
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  const { sd, low, high } = interval(finite, method && { method });
  const range = n === 0 ? [Number.NaN, Number.NaN] : [Math.min(...finite), Math.max(...finite)];
  return { mean: meanOf(finite), min: range[0]!, max: range[1]!, sd, low, high, n, diverged: values.length - n };
}

/**
 * The mean of every replicate's own finite values, NaN where it has none, replicates ascending: what is measured several
 * times in one replicate counts once.
 */
export function averaged(values: readonly ReplicateValue[]): ReplicateValue[] {
  const replicates = [...new Set(values.map(({ replicate }) => replicate))].sort((a, b) => a - b);
  return replicates.map((replicate) => {
    const own = values.filter((each) => each.replicate === replicate);
    return { replicate, value: meanOf(own.map(({ value }) => value)) };
  });
}

/** The one minus the other, each {@link averaged}, in every replicate that both have. */
export function pairedDifferences(of: readonly ReplicateValue[], minus: readonly ReplicateValue[]): ReplicateValue[] {
  const others = averaged(minus);
  return averaged(of).flatMap(({ replicate, value }) => {
    const other = others.find((each) => each.replicate === replicate);
    return other === undefined ? [] : [{ replicate, value: value - other.value }];
  });
}

/** The spread over replicates of what is {@link averaged} within each; `diverged` counts the values that were lost. */
export function describeReplicates(values: readonly ReplicateValue[]): Spread {
  const diverged = values.filter(({ value }) => !Number.isFinite(value)).length;
  return { ...describe(averaged(values).map(({ value }) => value)), diverged };
}
