/**
 * The sign-flip test of paired differences: were the two sides of every pair exchangeable, each difference could as well
 * have the other sign, so the mean that was seen is compared with the means under all patterns of signs.
 * Source: Fisher 1935, "The design of experiments", section 21; for random flips p = (1 + hits) / (1 + flips), Phipson
 * and Smyth 2010, "Permutation p-values should never be zero". Several levels flip with their replicate, which
 * makes the best of them the maximum statistic of Westfall and Young 1993, "Resampling-based multiple testing".
 */

import { checkOneOf } from "../base/checks.ts";
import { DRAWS, type DrawKey, draws } from "./sample.ts";

/** Which differences a claim speaks of: those above 0, those below 0, or either. */
export type Side = "greater" | "less" | "two-sided";

/** How differences are tested. */
export interface FlipOptions {
  /** `two-sided` by default; the others where a direction was registered beforehand. */
  readonly side?: Side;
  /** Names the draws, where not all patterns are tried; default all of it 0. */
  readonly key?: DrawKey;
}

/** What a sign-flip test says. */
export interface SignFlip {
  /** The side that was tested. */
  readonly side: Side;
  /** How probable a mean at least as far on that side is where pairs are exchangeable; NaN where a replicate diverged. */
  readonly p: number;
  /** The same of the opposite side, tested in its own right; of a two-sided test it is `p`. */
  readonly opposite: number;
  /** Whether all 2^n patterns of signs were tried, as up to n = 12, or 10,000 random ones. */
  readonly exact: boolean;
  /** Replicates, diverged ones included. */
  readonly n: number;
  /** Replicates with a value that is not finite; where there is one, there is no p. */
  readonly diverged: number;
  /** The mean difference, of several levels at the one that decides; NaN where a replicate diverged or there is none. */
  readonly mean: number;
}

/** A test of several levels at once. */
export interface LevelFlip extends SignFlip {
  /** Which level decides: its place among those given, from 0; -1 where a replicate diverged. */
  readonly level: number;
}

/** The greatest n of which all patterns of signs are tried. */
const EXACT_UP_TO = 12;

/**
 * Sums nearer to the one seen than this share of the sum of absolute differences are equal to it. Patterns that tie with
 * it in exact arithmetic, and so the pattern that was seen, are hits however the last bits of the differences, or of
 * their sums, were rounded; a p would else depend on that, and could be below its least value, 1/64 of n = 6.
 */
const TOLERANCE = 1e-9;

/** How far sums, one a level, lie on a side: the place of the one that lies furthest, and how far that is. */
const FURTHEST = {
  greater: (sums: Float64Array) => furthest(sums, (sum) => sum),
  less: (sums: Float64Array) => furthest(sums, (sum) => -sum),
  "two-sided": (sums: Float64Array) => furthest(sums, Math.abs),
} as const;

const OPPOSITE = { greater: "less", less: "greater", "two-sided": "two-sided" } as const;

/**
 * Tests the mean of paired `differences`, one a replicate; of none p is 1 and the mean NaN.
 * @throws code `usage` for another side, and for a field of the key out of range where signs are drawn (n > 12)
 */
export function signFlip(differences: readonly number[], options: FlipOptions = {}): SignFlip {
  const { level: _, ...rest } = flipTogether([differences], options);
  return rest;
}

/**
 * Tests the mean that lies furthest on the side, among those of several levels; signs flip in all levels together.
 * @param levels `[levels][replicates]`, at least one and all of one length, unchecked
 */
export function flipTogether(levels: readonly (readonly number[])[], options: FlipOptions = {}): LevelFlip {
  const { side = "two-sided", key } = options;
  checkOneOf("side", side, Object.keys(OPPOSITE) as Side[]);
  const n = levels[0]!.length;
  const diverged = divergedIn(levels);
  const about = { side, exact: n <= EXACT_UP_TO, n, diverged };
  if (diverged > 0) return { ...about, p: Number.NaN, opposite: Number.NaN, mean: Number.NaN, level: -1 };
  const sums = new Float64Array(levels.length);
  addUp(levels, new Int8Array(n).fill(1), sums);
  const { place } = FURTHEST[side](sums);
  const mean = sums[place]! / n;
  const sides = [side, OPPOSITE[side]] as const;
  const slack = TOLERANCE * Math.max(...levels.map((level) => level.reduce((sum, each) => sum + Math.abs(each), 0)));
  const seen = sides.map((each) => FURTHEST[each](sums).far - slack);
  const hits = [0, 0];
  let patterns = 0;
  for (const signs of about.exact ? allSigns(n) : randomSigns(n, key)) {
    addUp(levels, signs, sums);
    patterns++;
    for (const [i, each] of sides.entries()) if (FURTHEST[each](sums).far >= seen[i]!) hits[i]!++;
  }
  // All patterns contain the one that was seen; to random ones it is added.
  const share = (count: number) => (about.exact ? count / patterns : (1 + count) / (1 + patterns));
  return { ...about, p: share(hits[0]!), opposite: share(hits[1]!), mean, level: place };
}

/** Replicates that are not finite at some of the levels. */
export function divergedIn(levels: readonly (readonly number[])[]): number {
  return levels[0]!.filter((_, i) => levels.some((level) => !Number.isFinite(level[i]))).length;
}

/** Writes to `sums` the sum of each level's differences under `signs`. */
function addUp(levels: readonly (readonly number[])[], signs: Int8Array, sums: Float64Array): void {
  for (let level = 0; level < levels.length; level++) {
    const differences = levels[level]!;
    let sum = 0;
    for (let i = 0; i < signs.length; i++) sum += signs[i]! * differences[i]!;
    sums[level] = sum;
  }
}

function furthest(sums: Float64Array, measure: (sum: number) => number): { place: number; far: number } {
  let place = 0;
  let far = measure(sums[0]!);
  for (let i = 1; i < sums.length; i++) {
    const each = measure(sums[i]!);
    if (each > far) [place, far] = [i, each];
  }
  return { place, far };
}

/** All patterns of `n` signs, each in the same array. */
function* allSigns(n: number): Generator<Int8Array> {
  const signs = new Int8Array(n);
  for (let pattern = 0; pattern < 2 ** n; pattern++) yield written(signs, 0, pattern);
}

/** {@link DRAWS} random patterns: bit i % 32 of the pattern's word floor(i / 32) is set where sign i is flipped. */
function* randomSigns(n: number, key?: DrawKey): Generator<Int8Array> {
  const random = draws(key);
  const signs = new Int8Array(n);
  for (let draw = 0; draw < DRAWS; draw++) {
    for (let from = 0; from < n; from += 32) written(signs, from, random.u32());
    yield signs;
  }
}

/** Writes the bits of `word` as up to 32 signs, -1 where a bit is set, from place `from` on. */
function written(signs: Int8Array, from: number, word: number): Int8Array {
  const end = Math.min(signs.length, from + 32);
  for (let i = from; i < end; i++) signs[i] = (word >>> (i - from)) & 1 ? -1 : 1;
  return signs;
}
