/**
 * The words in which a page says what became of its registered claims; they are fixed, so that no page can shade them.
 * The opposite side of a claim is tested in its own right: those tests are adjusted by Holm over the same claims.
 */

import type { Equivalence } from "./equivalence.ts";
import { holm } from "./holm.ts";
import type { Range } from "./interval.ts";
import type { SignFlip } from "./sign-flip.ts";

/** A claim of a page, tested. */
export interface Claim {
  /** The test of its side. */
  readonly test: SignFlip;
  /** The interval that is told with it. */
  readonly interval: Range;
  /** The replicates that were registered before they were trained. */
  readonly registered: number;
  /** Where a margin was registered: the claim is then that the mean lies within it, and this test alone decides. */
  readonly equivalence?: Equivalence | undefined;
  /** Why no verdict is due, such as `"extended after a look"` or `"stopped after a look"`. */
  readonly looked?: string | undefined;
}

/** The p of a claim and of its opposite side, both adjusted over the claims of the page. */
export interface Adjusted {
  readonly p: number;
  readonly opposite: number;
}

/** What became of a claim. */
export interface Verdict extends Adjusted {
  readonly kind: "established" | "the other way" | "no different" | "not established" | "no verdict";
  /** The verdict in its fixed words, such as `"established, greater"`. */
  readonly words: string;
}

/** All that the words of a verdict can be, whatever the numbers and reasons in them. */
export const VERDICT_WORDS =
  /^(?:established(?:, (?:greater|less|the other way))?|no different within \S+|not established \((?:needs n >= \d+|\S+ to \S+, p = \S+)\)|no verdict \(.+\))$/;

/** The fewest replicates of which anything is established. */
export const LEAST = 6;
const LEVEL = 0.05;

/** The verdicts of all claims of a page: those of a difference are adjusted over one another, a claim of none has its own p. */
export function verdictsOf(claims: readonly Claim[]): Verdict[] {
  const sided = claims.filter(({ equivalence }) => equivalence === undefined);
  const ps = holm(sided.map(({ test }) => test.p));
  const opposites = holm(sided.map(({ test }) => test.opposite));
  return claims.map((claim) => {
    if (claim.equivalence) return verdictOf(claim, { p: claim.equivalence.p, opposite: Number.NaN });
    const i = sided.indexOf(claim);
    return verdictOf(claim, { p: ps[i]!, opposite: opposites[i]! });
  });
}

/**
 * The verdict of one claim, whose p are adjusted already. What forbids a verdict goes before what the numbers say. The interval and the adjusted p are told where nothing is established.
 */
export function verdictOf(claim: Claim, adjusted: Adjusted): Verdict {
  const { kind, words } = said(claim, adjusted);
  return { ...adjusted, kind, words };
}

function said(claim: Claim, { p, opposite }: Adjusted): Pick<Verdict, "kind" | "words"> {
  const { test, interval, equivalence } = claim;
  const reason = noVerdict(claim);
  if (reason) return { kind: "no verdict", words: `no verdict (${reason})` };
  if (test.n < LEAST) return { kind: "not established", words: `not established (needs n >= ${LEAST})` };
  const about = `${short(interval.low)} to ${short(interval.high)}, p = ${short(p)}`;
  const open = { kind: "not established", words: `not established (${about})` } as const;
  if (equivalence)
    return p < LEVEL ? { kind: "no different", words: `no different within ${equivalence.margin}` } : open;
  const side = test.mean > 0 ? "greater" : "less";
  if (p < LEVEL)
    return { kind: "established", words: test.side === "two-sided" ? `established, ${side}` : "established" };
  if (test.side !== "two-sided" && opposite < LEVEL)
    return { kind: "the other way", words: "established, the other way" };
  return open;
}

/** Why the replicates allow no verdict, whatever they say. */
function noVerdict({ test, registered, looked }: Claim): string | undefined {
  if (looked) return looked;
  if (test.n !== registered) return `n is ${test.n}, registered were ${registered}`;
  if (test.diverged > 0) return `diverged in ${test.diverged} of ${test.n} replicates`;
  return undefined;
}

const short = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "none");
