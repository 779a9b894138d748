/** How many weights rounds of pruning leave in each pool of weights that compete: counts alone, known before any training. */
import { sizeOf } from "../graph/types.ts";
import type { Parameter } from "../model/network.ts";
import { type Cut, cutFactor, poolsOf } from "./cut.ts";

/**
 * The counts after a round. Layer by layer, each pool loses its own cut of what it has. Globally, the cut is of all that
 * remains, and what layers with a cut of their own do not give the others do (as OpenLTH counts the output layer), so that
 * the first pool's count falls below 0 where it has too few.
 * @param kept weights in each of the pools of {@link poolsOf}
 */
export function afterRound(pools: readonly (readonly Parameter[])[], kept: readonly number[], cut: Cut): number[] {
  const own = pools.map((pool, i) => Math.round(cut.cut * cutFactor(pool, cut) * kept[i]!));
  if (cut.scope === "global" && pools.length > 1) own[0] = Math.round(cut.cut * sum(kept)) - sum(own.slice(1));
  return kept.map((count, i) => count - own[i]!);
}

/** The deepest level of a network, and what there is of it. */
export interface Deepest {
  readonly level: number;
  /** Of prunable weights kept there. */
  readonly density: number;
  /** Layers that have too few weights for one level more; none where that level would leave no weight at all. */
  readonly layers: readonly string[];
}

/** The deepest level that rounds of the cut reach from the dense network, where it is above level `asked`; else null. */
export function deepestLevel(parameters: readonly Parameter[], cut: Cut, asked: number): Deepest | null {
  const pools = poolsOf(parameters, cut);
  const full = pools.map((pool) => sum(pool.map(({ shape }) => sizeOf(shape))));
  let kept = full;
  for (let level = 0; level < asked; level++) {
    const next = afterRound(pools, kept, cut);
    const short = next.findIndex((count) => count < 0);
    const layers = (pools[short] ?? []).map(({ layer }) => layer);
    if (short >= 0 || sum(next) === 0) return { level, density: sum(kept) / sum(full), layers };
    kept = next;
  }
  return null;
}

const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
