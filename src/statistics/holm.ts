/**
 * Holm's step-down adjustment over the claims of a page: each may be read at 5 %, and the chance that any false one is
 * established stays at most 5 %. Source: Holm 1979, "A simple sequentially rejective multiple test procedure".
 */

/**
 * The adjusted p of each claim, in their order: monotone in p, at least p and at most 1. A claim without a p (NaN, of a
 * replicate that diverged) keeps none, and counts among the claims as one of p 1.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((a, b) => orOne(ps[a]!) - orOne(ps[b]!));
  const adjusted = new Array<number>(ps.length);
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * orOne(ps[i]!)));
    adjusted[i] = Number.isNaN(ps[i]) ? Number.NaN : least;
  }
  return adjusted;
}

const orOne = (p: number) => (Number.isNaN(p) ? 1 : p);
