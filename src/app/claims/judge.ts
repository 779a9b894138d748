/** Registered claims tested on finished runs: an interval, a p adjusted over the page, and the fixed words of a verdict. */
import { equivalence } from "../../statistics/equivalence.ts";
import { interval } from "../../statistics/interval.ts";
import { allLevels, bestLevel, meanOverLevels } from "../../statistics/levels.ts";
import { type SignFlip, signFlip } from "../../statistics/sign-flip.ts";
import { type Claim, type Verdict, verdictsOf } from "../../statistics/verdict.ts";
import { type Compared, type Contrast, contrastOf } from "./contrast.ts";
import type { Registered, RegisteredClaim } from "./registered.ts";

/** A claim with what came of it. */
export interface Judged {
  readonly name: string;
  readonly statement: string;
  /** Mean and 95 % interval of the difference, in `unit`; of logarithms the ratio. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly n: number;
  /** The place that decides, of a claim of the best or of every place. */
  readonly at: number | null;
  /** Of its own test, before adjustment. */
  readonly p: number;
  /** Holm's, over the page's claims of a side; of an equivalence its own. */
  readonly adjusted: number;
  readonly verdict: Verdict["kind"];
  /** The verdict in its fixed words. */
  readonly words: string;
  /** What each replicate comes to, in the order of `replicates`; logarithms as they are. */
  readonly values: readonly number[];
  readonly replicates: readonly number[];
}

/** Tests all claims of a registration; see {@link contrastOf} for what it throws. */
export function judge(registered: Registered, runOf: (name: string | undefined) => Compared): Judged[] {
  const tests = registered.claims.map((claim) => tested(claim, contrastOf(claim, runOf)));
  const claims = tests.map((test) => claimOf(test, registered));
  const verdicts = verdictsOf(claims);
  return tests.map((test, i) => judged(test, verdicts[i]!));
}

interface Tested {
  readonly claim: RegisteredClaim;
  readonly contrast: Contrast;
  readonly test: SignFlip;
  /** The values that the interval is of, one a replicate. */
  readonly values: readonly number[];
  readonly at: number | null;
}

function tested(claim: RegisteredClaim, contrast: Contrast): Tested {
  const { side = "two-sided", over, at } = claim;
  if (over === "mean") {
    const values = meanOverLevels(contrast.values);
    return { claim, contrast, test: signFlip(values, { side }), values, at: at.length === 1 ? at[0]! : null };
  }
  const test = (over === "best" ? bestLevel : allLevels)(contrast.values, { side });
  const decides = Math.max(0, test.level);
  return { claim, contrast, test, values: contrast.values[decides]!, at: at[decides]! };
}

function claimOf({ claim, test, values }: Tested, { n, looked }: Registered): Claim {
  const margin = claim.equivalence && { equivalence: equivalence(values, claim.equivalence) };
  return { test, interval: interval(values), registered: n, looked, ...margin };
}

function judged({ claim, contrast, test, values, at }: Tested, verdict: Verdict): Judged {
  const { name, statement } = claim;
  const { mean, low, high } = interval(values);
  const { unit, ratio } = contrast.quantity;
  const told = ratio ? Math.exp : (value: number) => value;
  const own = claim.equivalence ? verdict.p : test.p;
  return {
    ...{ name, statement, mean: told(mean), low: told(low), high: told(high), unit, n: values.length, at },
    ...{ p: own, adjusted: verdict.p, verdict: verdict.kind, words: verdict.words },
    ...{ values, replicates: contrast.replicates },
  };
}
