/**
 * Equivalence within a margin by two one-sided Student t-tests (TOST): a mean is no different within d where it is
 * above -d and below d, each at 5 %, so that p is the larger of the two.
 * Source: Schuirmann 1987, "A comparison of the two one-sided tests procedure and the power approach".
 */

import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { tCdf } from "./distributions.ts";
import { sampleOf } from "./sample.ts";

/** What counts as no difference; neither has a default, for both are a matter of the question. */
export interface Margin {
  /** Differences smaller than this are none, in the unit of the differences; above 0. */
  readonly margin: number;
  /** Why this margin, in words. */
  readonly reason: string;
}

/** What two one-sided tests say of a mean difference. */
export interface Equivalence extends Margin {
  /** The larger p of the two tests; NaN where a replicate diverged or there are fewer than two. */
  readonly p: number;
  /** Replicates, diverged ones included. */
  readonly n: number;
  /** Replicates with a value that is not finite; where there is one, there is no p. */
  readonly diverged: number;
}

/**
 * Tests that the mean of `differences`, one a replicate, lies within `margin` of 0.
 * Throws `usage` on a margin that is not above 0, or without a reason.
 */
export function equivalence(differences: readonly number[], registered: Margin): Equivalence {
  requireFields("equivalence", registered, ["margin", "reason"]);
  const { margin, reason } = registered;
  if (!(margin > 0 && Number.isFinite(margin)))
    fail("usage", "margin", {
      rule: "must be a number above 0",
      got: margin,
      remedy: "Write the smallest difference that would matter",
    });
  if (reason.trim() === "")
    fail("usage", "reason", { rule: "must say why the margin is this one", got: reason, remedy: "Write a sentence" });
  const { n, diverged, mean, sd } = sampleOf(differences);
  const about = { margin, reason, n: n + diverged, diverged };
  if (diverged > 0 || n < 2) return { ...about, p: Number.NaN };
  // Of equal differences the deviation is 0, and t infinite but where their mean is the margin itself.
  const below = (distance: number) => (distance === 0 ? 0.5 : tCdf((-distance * Math.sqrt(n)) / sd, n - 1));
  return { ...about, p: Math.max(below(margin + mean), below(margin - mean)) };
}
