/** What sparse copies gain over dense ones, and whether that is matching (Frankle et al. 2020). */

import { drawn } from "../../figure/path/points.ts";
import { describe, describeReplicates, pairedDifferences, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { digits, unitOf } from "../../task/words.ts";
import type { PairRow } from "./pair.ts";
import { copiesOf, groupsOf, type PairRecord, type PairSummary, placeOf, valuesOf } from "./statistics.ts";

/** What sparse copies gain over the dense ones of the same network and k. */
export interface Gain extends PairSummary {
  /** The dense networks of that k: their mean over replicates, and the deviation of single copies, which matching allows. */
  readonly dense: Pick<Spread, "mean" | "sd">;
  /** The differences, one of each replicate. */
  readonly values: readonly PairRecord[];
}

/**
 * The measure of the copies of sparse arms minus that of the dense copies of the same network, k and replicate, copies of
 * a replicate averaged first; of fractions in percentage points. None where k has no dense copies.
 */
export function gainsOf(pairs: readonly PairRow[], measure: Measure): Gain[] {
  const groups = groupsOf(copiesOf(pairs));
  const values = (group: (typeof groups)[number]) => valuesOf(group, ({ end }) => drawn(measure, end));
  return groups.flatMap((group) => {
    const place = placeOf(group[0]!);
    const dense = groups.find(([at]) => at!.arm === "dense" && at!.panel === place.panel && at!.step === place.step);
    if (place.arm === "dense" || dense === undefined) return [];
    const differences = pairedDifferences(values(group), values(dense));
    const lost = [...group, ...dense].filter(({ end }) => !Number.isFinite(end)).length;
    const spread = { ...describe(differences.map(({ value }) => value)), diverged: lost };
    const { mean } = describeReplicates(values(dense));
    const { sd } = describe(values(dense).map(({ value }) => value));
    return [{ ...place, ...spread, dense: { mean, sd }, values: differences.map((own) => ({ ...place, ...own })) }];
  });
}

/** Whether copies match: on average no more than one standard deviation of the dense networks of their k worse than these. */
export function isMatching({ mean, dense }: Gain, { direction }: Pick<Measure, "direction">): boolean {
  const better = direction === "up" ? mean : -mean;
  return better >= (Number.isFinite(dense.sd) ? -dense.sd : 0);
}

/** The dense networks that gains are over, in words: the range of their means over k. */
export function denseRange(gains: readonly Gain[], measure: Measure): string {
  return rangeOf(
    gains.map(({ dense }) => dense.mean),
    measure,
  );
}

/** The least and the greatest of values of the measure, in words; nothing where there is none. */
export function rangeOf(values: readonly number[], measure: Measure): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return "";
  const [low, high] = [Math.min(...finite), Math.max(...finite)].map((value) => digits(measure, value));
  return `${low === high ? low : `${low} to ${high}`}${unitOf(measure)}`;
}

/** On which side of another a value is that is worse. */
export function worseSide({ direction }: Pick<Measure, "direction">): "below" | "above" {
  return direction === "up" ? "below" : "above";
}
