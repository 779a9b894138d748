/** The tables of pairs as text: LII by parting and arm, and the networks that lines join. */

import { describe, panelsOf, type Spread } from "../../figure/spread.ts";
import type { ArtifactStore } from "../../store/store.ts";
import type { Column, TextTable } from "../kind.ts";
import type { PairRow } from "./pair.ts";

const fixed = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : "-");
const percentOf = (pairs: readonly PairRow[], value: (pair: PairRow) => number): Spread =>
  describe(pairs.map((pair) => 100 * value(pair)));
const lii = (pairs: readonly PairRow[]) => percentOf(pairs, ({ instability }) => instability.testError);

/** The pairs of every panel, arm and parting k, in the order of the rows. */
export function linesOf(pairs: readonly PairRow[]): PairRow[][] {
  const place = ({ panel, arm, step }: PairRow) => JSON.stringify([panel, arm, step]);
  return [...new Set(pairs.map(place))].map((at) => pairs.filter((pair) => place(pair) === at));
}

/** LII (%) of the test error, mean and range over pairs and replicates. */
export const PAIR_COLUMNS: readonly Column<PairRow>[] = [
  { header: "network", cell: ([pair]) => pair!.panel ?? "", has: (pairs) => panelsOf(pairs)[0] !== undefined },
  { header: "arm", cell: ([pair]) => pair!.arm },
  { header: "k", cell: ([pair]) => String(pair!.step) },
  { header: "weights %", cell: ([pair]) => fixed(100 * pair!.density) },
  { header: "LII %", cell: (pairs) => fixed(lii(pairs).mean) },
  { header: "min", cell: (pairs) => fixed(lii(pairs).min) },
  { header: "max", cell: (pairs) => fixed(lii(pairs).max) },
  { header: "n", cell: (pairs) => String(lii(pairs).n) },
  {
    header: "recomputed %",
    cell: (pairs) =>
      fixed(percentOf(pairs, ({ recomputedInstability }) => recomputedInstability?.testError ?? Number.NaN).mean),
  },
  { header: "train LII %", cell: (pairs) => fixed(percentOf(pairs, ({ instability }) => instability.trainError).mean) },
  { header: "ends %", cell: (pairs) => fixed(percentOf(pairs, ({ testAccuracy: [a, b] }) => (a + b) / 2).mean) },
];

/** Digits of a key that name an artifact for a person. */
const DIGITS = 12;

/** The lines, and the networks that they join and began as. */
export async function lineTable(pairs: readonly PairRow[], store: ArtifactStore): Promise<TextTable> {
  const named = pairs[0]?.panel !== undefined;
  const cells = pairs.map(async ({ panel = "", artifact, arm, step, replicate, copies }) => {
    const { inputs } = await store.readMeta(artifact);
    const keys = [artifact, inputs.a!, inputs.b!, inputs.origin!].map((key) => key.slice(0, DIGITS));
    return [...(named ? [panel] : []), arm, String(step), String(replicate), copies.join(" and "), ...keys];
  });
  const header = ["arm", "k", "replicate", "copies", "line", "first", "second", "at k"];
  return { header: [...(named ? ["network"] : []), ...header], cells: await Promise.all(cells) };
}
