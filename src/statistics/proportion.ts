/**
 * How often something happens: k of n independent trials, with the interval that covers at least 95 % whatever the truth.
 * Source: Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the binomial",
 * in its form with quantiles of the beta law.
 */

import { checkInteger } from "../base/checks.ts";
import { betaQuantile } from "./distributions.ts";

/** A share of trials, and how sure it is. */
export interface Proportion {
  /** k / n. */
  readonly share: number;
  /** The lower end of the 95 % interval, 0 where k is 0. */
  readonly low: number;
  /** The upper end of the 95 % interval, 1 where k is n. */
  readonly high: number;
  /** Trials in which it happened. */
  readonly k: number;
  /** Independent trials. */
  readonly n: number;
}

/** The share `k` of `n` independent trials with its exact 95 % interval; throws `usage` unless 0 <= k <= n and n >= 1. */
export function proportion(k: number, n: number): Proportion {
  checkInteger("n", n, { min: 1, remedy: "A share needs a trial" });
  checkInteger("k", k, { min: 0, max: n });
  const low = k === 0 ? 0 : betaQuantile(0.025, k, n - k + 1);
  const high = k === n ? 1 : betaQuantile(0.975, k + 1, n - k);
  return { share: k / n, low, high, k, n };
}
