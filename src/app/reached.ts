/** What a run reached, in two numbers: its first arm at the best place and at the last one. */

import { meanOf } from "../figure/spread.ts";
import type { Run, Store } from "../store/store.ts";
import { sidesOf } from "../study/comparison.ts";
import { findStudy } from "../study/registry.ts";
import { measureOf } from "./task.ts";

/** The mean over replicates at a place. */
export interface ReachedAt {
  readonly at: number;
  readonly mean: number;
  /** Finite values. */
  readonly n: number;
}

export interface Reached {
  /** What values are of, such as `points`. */
  readonly unit: string;
  /** What places are, such as `level`. */
  readonly axis: string;
  readonly arm: string;
  readonly panel?: string | undefined;
  readonly best: ReachedAt;
  readonly last: ReachedAt;
}

/**
 * The best and the last place of a run's first arm other than the dense network, by what its study compares first; null where
 * there is no row yet, or nothing to compare.
 */
export async function reachedOf(store: Store, run: Run): Promise<Reached | null> {
  const comparison = findStudy(run.study)?.comparison;
  if (!comparison) return null;
  const rows = (await store.readRows(run.id)) as never[];
  const measure = measureOf(run);
  const quantity = Object.values(comparison.quantities(measure))[0]!;
  const sides = sidesOf(comparison, rows);
  const side = sides.find(({ arm }) => arm !== "dense") ?? sides[0];
  if (!side) return null;
  const places = comparison.placesOf(rows).flatMap((at): ReachedAt[] => {
    const values = comparison.rowsOf(rows, side, at).map(quantity.of).filter(Number.isFinite);
    return values.length > 0 ? [{ at, mean: meanOf(values), n: values.length }] : [];
  });
  if (places.length === 0) return null;
  const isUp = (quantity.direction ?? measure.direction) === "up";
  const best = places.reduce((a, b) => ((isUp ? b.mean > a.mean : b.mean < a.mean) ? b : a));
  return { unit: quantity.unit, axis: comparison.axis, ...side, best, last: places.at(-1)! };
}
