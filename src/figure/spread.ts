/** Replicates as an axis of their own: mean, range and n of values, and the panels of rows. */

/** Mean, range, sample standard deviation (NaN below two values) and count of the finite values; all NaN when n is 0. */
export interface Spread {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly sd: number;
  readonly n: number;
  /** Values that were NaN or infinite, left out of the rest. */
  readonly diverged: number;
}

/** The panels that occur, in the order of the rows; `undefined` alone where the study has none. */
export function panelsOf(rows: readonly { readonly panel?: string }[]): (string | undefined)[] {
  return [...new Set(rows.map((row) => row.panel))];
}

/** Mean, range and deviation of the finite values; see {@link Spread}. */
export function describe(values: readonly number[]): Spread {
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  const missing = { mean: Number.NaN, min: Number.NaN, max: Number.NaN, sd: Number.NaN };
  if (n === 0) return { ...missing, n, diverged: values.length };
  const min = Math.min(...finite);
  const max = Math.max(...finite);
  // Rounding may carry the mean of nearly equal values out of their range.
  const mean = Math.min(
    max,
    Math.max(
      min,
      finite.reduce((sum, value) => sum + value / n, 0),
    ),
  );
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, min, max, sd: n < 2 ? Number.NaN : Math.sqrt(squares / (n - 1)), n, diverged: values.length - n };
}
