/** Sentences that captions share: what n is, and which runs are missing from the means. */

import type { Spread } from "../spread.ts";
import { tie } from "./text.ts";

/** What lines and bands (or bars) are, with the range of n; nothing when every run diverged. */
export function replicatesNote(spreads: readonly Spread[], ranges: "bands" | "bars" = "bands"): string {
  const counts = spreads.map((spread) => spread.n).filter((n) => n > 0);
  if (counts.length === 0) return "";
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  const n = least < most ? `${least}\u00a0to\u00a0${most}` : `${most}`;
  return most > 1
    ? `Lines: mean over replicates (n = ${n}); ${ranges}: lowest to highest.`
    : "Lines: a single replicate (n = 1), so differences between arms may be chance.";
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
