/** The numbers behind per-layer figures and tables: what pruning leaves of every layer at every level. */

import { describeReplicates, meanOf, type ReplicateValue, type Spread } from "../../figure/spread.ts";
import type { LayerCount, RowDetail } from "./row.ts";
import { armsOf, levelsOf, withDense } from "./statistics.ts";

/** A layer at one level. */
interface LayerPlace {
  readonly layer: string;
  readonly level: number;
  /** 100 times the density of the whole network, averaged over replicates. */
  readonly weightsRemaining: number;
}

/** Density (%) of one layer at one level, over replicates. */
export interface LayerSummary extends LayerPlace, Spread {}

/** The same of one replicate. */
interface LayerRecord extends LayerPlace, ReplicateValue {}

/** Per-layer density of the ticket's masks (of the first arm without tickets), layers in the order of the network. */
export function summariseLayers(rows: readonly RowDetail[]): LayerSummary[] {
  return placesOf(rows).map(({ layer, level, group }) => {
    const weightsRemaining = meanOf(group.map((row) => row.density * 100));
    return { layer, level, weightsRemaining, ...describeReplicates(keptOf(group, layer)) };
  });
}

/** The densities that {@link summariseLayers} describes, a record for each replicate. */
export function layerRecords(rows: readonly RowDetail[]): LayerRecord[] {
  return placesOf(rows).flatMap(({ layer, level, group }) =>
    group.flatMap((row) =>
      keptOf([row], layer).map((kept) => ({ layer, level, weightsRemaining: 100 * row.density, ...kept })),
    ),
  );
}

function placesOf(rows: readonly RowDetail[]) {
  const arm = armsOf(rows)[0];
  const own = withDense(rows).filter((row) => row.arm === arm);
  return (own[0]?.layers ?? []).flatMap(({ layer }) =>
    levelsOf(own).map((level) => ({ layer, level, group: own.filter((row) => row.level === level) })),
  );
}

function keptOf(rows: readonly RowDetail[], layer: string): ReplicateValue[] {
  return rows.flatMap(({ replicate, layers }) =>
    layers.filter((count) => count.layer === layer).map((count) => ({ replicate, value: percentKept(count) })),
  );
}

function percentKept({ kept, total }: LayerCount): number {
  return (100 * kept) / total;
}
