/** What rows say over replicates: differences to the dense network, and on how many targets a source is as good as the target's own. */
import { describeReplicates, pairedDifferences, type ReplicateValue, type Spread } from "../../figure/spread.ts";
import { interval } from "../../statistics/interval.ts";
import { type Proportion, proportion } from "../../statistics/proportion.ts";
import { type SignFlip, signFlip } from "../../statistics/sign-flip.ts";
import { gainOf, pointsOf, type TransferRow } from "./row.ts";

/** Rows that are alike but for their replicate. */
export function groupsOf(rows: readonly TransferRow[]): TransferRow[][] {
  const groups = new Map<string, TransferRow[]>();
  for (const row of rows) {
    const name = JSON.stringify([row.target, row.source, row.other, row.arm, row.level]);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()];
}

/** The values of rows as {@link pointsOf} has them. */
export function valuesOf(rows: readonly TransferRow[], of = pointsOf): ReplicateValue[] {
  return rows.map((row) => ({ replicate: row.replicate, value: of(row) }));
}

/** A source on a target at a level against the dense network, over replicates that both have; above 0 is better. */
export interface Cell extends Spread {
  readonly source: string;
  readonly target: string;
  readonly arm: TransferRow["arm"];
  readonly level: number;
  readonly values: readonly ReplicateValue[];
}

/** All cells but those of searches, in the order of the rows. */
export function cellsOf(rows: readonly TransferRow[]): Cell[] {
  const own = rows.filter(({ arm }) => arm !== "dense" && arm !== "search");
  return groupsOf(own).map((group) => {
    const { source, target, arm, level } = group[0]!;
    const dense = rows.filter((row) => row.target === target && row.arm === "dense");
    const values = pairedDifferences(valuesOf(group, gainOf), valuesOf(dense, gainOf));
    return { source, target, arm, level, values, ...describeReplicates(values) };
  });
}

/** How a source's masks do beside the targets' own. */
export interface Universal {
  readonly source: string;
  readonly level: number;
  /** Of the targets that have both, those on which its mean is at least that of the target's own ticket; the own target is one of them. */
  readonly least: Proportion;
  readonly targets: readonly string[];
  /** Its mean over the targets minus theirs, in every replicate, and the test of these differences. */
  readonly differences: readonly number[];
  readonly interval: { readonly mean: number; readonly low: number; readonly high: number };
  readonly test: SignFlip;
}

/** Of every source and level, on how many targets it is at least the same-task ticket; sources that no target has beside its own are left out. */
export function universalOf(rows: readonly TransferRow[]): Universal[] {
  const places = [...new Set(rows.filter(({ arm }) => arm !== "dense" && arm !== "search").map(placeOf))];
  return places.flatMap((place) => {
    const [source, level] = JSON.parse(place) as [string, number];
    const at = (arm: (row: TransferRow) => boolean) => (target: string) =>
      valuesOf(
        rows.filter((row) => row.target === target && row.level === level && arm(row)),
        gainOf,
      );
    const [theirs, own] = [
      at((row) => row.source === source && row.arm !== "search"),
      at(({ arm }) => arm === "ticket"),
    ];
    const targets = [...new Set(rows.map(({ target }) => target))].filter(
      (target) => theirs(target).length > 0 && own(target).length > 0,
    );
    if (!targets.some((target) => target !== source)) return [];
    const pairs = targets.map((target) => pairedDifferences(theirs(target), own(target)));
    const least = pairs.filter((values) => describeReplicates(values).mean >= 0).length;
    const differences = meanByReplicate(pairs);
    const { mean, low, high } = interval(differences);
    const told = { least: proportion(least, targets.length), targets, differences };
    return [{ source, level, ...told, interval: { mean, low, high }, test: signFlip(differences) }];
  });
}

const placeOf = ({ source, level }: TransferRow) => JSON.stringify([source, level]);

/** The mean over targets in every replicate that all of them have; NaN where one diverged. */
function meanByReplicate(pairs: readonly (readonly ReplicateValue[])[]): number[] {
  const replicates = pairs[0]!.map(({ replicate }) => replicate);
  return replicates.flatMap((replicate) => {
    const values = pairs.map((own) => own.find((each) => each.replicate === replicate)?.value);
    if (values.some((value) => value === undefined)) return [];
    return [values.reduce((sum: number, value) => sum + value!, 0) / values.length];
  });
}
