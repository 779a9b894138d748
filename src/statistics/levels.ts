/**
 * What is claimed of several named levels at once: of the best of them, of all of them, or of their mean.
 * Sources: for the best, Westfall and Young 1993, "Resampling-based multiple testing", whose maximum statistic pays for
 * the choice of the level; for all, the intersection-union test of Berger 1982, "Multiparameter hypothesis testing and
 * acceptance sampling", which needs no adjustment. Levels are `[levels][replicates]`, differences of one pair each.
 */

import { fail } from "../base/errors.ts";
import { meanOf } from "./sample.ts";
import { divergedIn, type FlipOptions, flipTogether, type LevelFlip, type SignFlip, signFlip } from "./sign-flip.ts";

/** Differences of the same replicates at several levels, `[levels][replicates]`. */
export type Levels = readonly (readonly number[])[];

/**
 * Tests the best level's mean: the greatest of them, of `less` the least, of a two-sided claim the furthest from 0.
 * Throws `usage` where there is no level, or they are not of the same replicates.
 */
export function bestLevel(levels: Levels, options: FlipOptions = {}): LevelFlip {
  return flipTogether(checked("bestLevel", levels), options);
}

/**
 * Tests that the mean lies on the side at all levels: p is the largest of the single ones, each at 5 %. A two-sided claim
 * is that all lie on one side, whichever that is; where they do not, p is 1. The level with the largest p decides.
 * Throws `usage` where there is no level, or they are not of the same replicates.
 */
export function allLevels(levels: Levels, options: FlipOptions = {}): LevelFlip {
  const singles = checked("allLevels", levels).map((level) => signFlip(level, options));
  const diverged = divergedIn(levels);
  if (diverged > 0) return { ...singles[0]!, ...NOTHING, diverged };
  const largest = (value: (single: SignFlip) => number) => Math.max(...singles.map(value));
  const p = largest((single) => single.p);
  const level = singles.findIndex((single) => single.p === p);
  const decides = { ...singles[level]!, level };
  if (decides.side !== "two-sided") return { ...decides, opposite: largest((single) => single.opposite) };
  const apart = new Set(singles.map((single) => Math.sign(single.mean))).size > 1;
  return apart ? { ...decides, p: 1, opposite: 1 } : decides;
}

/**
 * Each replicate's mean over the levels, for {@link signFlip} and an interval; NaN where a level is not finite.
 * Throws `usage` where there is no level, or they are not of the same replicates.
 */
export function meanOverLevels(levels: Levels): number[] {
  const [first] = checked("meanOverLevels", levels);
  return first!.map((_, i) => {
    const values = levels.map((level) => level[i]!);
    return values.every(Number.isFinite) ? meanOf(values) : Number.NaN;
  });
}

const NOTHING = { p: Number.NaN, opposite: Number.NaN, mean: Number.NaN, level: -1 } as const;

function checked(where: string, levels: Levels): Levels {
  const [first] = levels;
  if (!first)
    fail("usage", where, { rule: "needs at least one level", got: 0, remedy: "Name the levels of the claim" });
  const wrong = levels.findIndex((level) => level.length !== first.length);
  if (wrong >= 0)
    fail("usage", `${where}: level ${wrong}`, {
      rule: `must have the ${first.length} replicates of level 0`,
      got: levels[wrong]!.length,
      remedy: "Write NaN for a replicate that diverged",
    });
  return levels;
}
