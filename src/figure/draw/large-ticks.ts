/** Ticks of a vertical axis whose numbers would not fit beside it. */

/** Numbers from which on an axis has thousands and millions in short. */
const LARGE = 10_000;

/** How an axis over these ends names its ticks: 40k and 1.5M where they are large, else as ever. */
export function largeTicks([low, high]: readonly [number, number]): { tickFormat?: (value: number) => string } {
  return Math.max(-low, high) < LARGE ? {} : { tickFormat: shortNumber };
}

/** A number with thousands and millions in short. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const [unit, sign] = size >= 1e6 ? [1e6, "M"] : size >= 1000 ? [1000, "k"] : [1, ""];
  return `${Number((value / unit).toPrecision(6))}${sign}`.replace("-", "\u2212");
}
