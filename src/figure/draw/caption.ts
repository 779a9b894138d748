/** Sentences that captions share: what n is, and which runs are missing from the means. */

import { LEAST } from "../../statistics/verdict.ts";
import { BAND_WORDS, type Band } from "../band.ts";
import type { Spread } from "../spread.ts";
import { tie } from "./text.ts";

/** What lines and bands (or bars) are, with the range of n; nothing when every run diverged. */
export function replicatesNote(spreads: readonly Spread[], band: Band, ranges: "bands" | "bars" = "bands"): string {
  const { text, most } = countsOf(spreads);
  if (most === 0) return "";
  return most > 1
    ? `Lines: mean over replicates (n = ${text}); ${ranges}: ${BAND_WORDS[band]}.`
    : "Lines: a single replicate (n = 1), so differences between arms may be chance.";
}

/** The n of spreads in words, `3` or `2 to 3`, and the largest; 0 where there is no value at all. */
export function countsOf(spreads: readonly Spread[]): { readonly text: string; readonly most: number } {
  const counts = spreads.map(({ n }) => n).filter((n) => n > 0);
  const [least, most] = [Math.min(...counts), Math.max(0, ...counts)];
  return { text: least < most ? `${least}\u00a0to\u00a0${most}` : `${most}`, most };
}

/** The ends of the 95 % interval of a mean, with what goes before them; nothing where there is none. */
export function intervalText(
  { low, high }: Pick<Spread, "low" | "high">,
  text: (end: number) => string,
  before = "",
): string {
  return Number.isFinite(low) && Number.isFinite(high) ? `${before}${text(low)} to ${text(high)}` : "";
}

/** What the number of replicates allows to be said: `n = 8`, or that it establishes nothing. */
export function establishedNote(n: number): string {
  return n < LEAST ? `n = ${n}: not established (needs n >= ${LEAST})` : `n = ${n}`;
}

/** How many runs diverged, or nothing when none did. */
export function divergedNote(spreads: readonly Spread[]): string {
  const lost = spreads.reduce((sum, spread) => sum + spread.diverged, 0);
  const all = lost + spreads.reduce((sum, spread) => sum + spread.n, 0);
  return lost === 0 ? "" : `Diverged: ${lost} of ${all} runs, marked × at the bottom and left out of the means.`;
}

/** Joins sentences into a caption, leaving out the empty ones. */
export function sentences(...parts: readonly string[]): string {
  return tie(parts.filter((part) => part !== "").join(" "));
}
