/** The numbers behind per-layer figures and tables: what pruning leaves of every layer at every level. */

import { describe, type Spread } from "../../figure/spread.ts";
import type { LayerCount, RowDetail } from "./row.ts";
import { armsOf, levelsOf, withDense } from "./statistics.ts";

/** Density (%) of one layer at one level, over replicates. */
export interface LayerSummary extends Spread {
  readonly layer: string;
  readonly level: number;
  /** 100 times the density of the whole network, averaged over replicates. */
  readonly weightsRemaining: number;
}

/** Per-layer density of the ticket's masks (of the first arm without tickets), layers in the order of the network. */
export function summariseLayers(rows: readonly RowDetail[]): LayerSummary[] {
  const arm = armsOf(rows)[0];
  const own = withDense(rows).filter((row) => row.arm === arm);
  return (own[0]?.layers ?? []).flatMap(({ layer }) =>
    levelsOf(own).map((level) => {
      const group = own.filter((row) => row.level === level);
      const weightsRemaining = describe(group.map((row) => row.density * 100)).mean;
      const counts = group.flatMap((row) => row.layers.filter((count) => count.layer === layer));
      return { layer, level, weightsRemaining, ...describe(counts.map(percentKept)) };
    }),
  );
}

function percentKept({ kept, total }: LayerCount): number {
  return (100 * kept) / total;
}
