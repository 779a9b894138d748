/** The tables of pairs as text: LII by parting and arm, and the networks that lines join. */

import { drawn } from "../../figure/path/points.ts";
import { describe, panelsOf, type Spread } from "../../figure/spread.ts";
import type { ArtifactStore } from "../../store/store.ts";
import type { Measure } from "../../task/task.ts";
import { digits, unitOf } from "../../task/words.ts";
import type { Column, TextTable } from "../kind.ts";
import type { PairRow } from "./pair.ts";
import { liiOf, trainLiiOf } from "./statistics.ts";

type Value = (pair: PairRow) => number;

const spreadOf = (pairs: readonly PairRow[], value: Value): Spread => describe(pairs.map(value));
const lii = (pairs: readonly PairRow[], measure: Measure) => spreadOf(pairs, liiOf(measure));
const recomputedOf =
  (measure: Measure): Value =>
  ({ recomputedInstability }) =>
    drawn(measure, recomputedInstability?.testError);
const endsOf =
  (measure: Measure): Value =>
  ({ ends: [a, b] }) =>
    drawn(measure, [a, b].every(Number.isFinite) ? (a + b) / 2 : Number.NaN);

/** A value as a cell; a dash where there is none. */
function fixed(measure: Measure, value: number): string {
  return Number.isFinite(value) ? digits(measure, value) : "-";
}

/** The mean of what the measure makes of each pair, under words with the measure's unit. */
function meanColumn(words: string, of: (measure: Measure) => Value): Column<PairRow> {
  return {
    header: (measure) => `${words}${unitOf(measure)}`,
    cell: (pairs, measure) => fixed(measure, spreadOf(pairs, of(measure)).mean),
  };
}

/** The pairs of every panel, arm and parting k, in the order of the rows. */
export function linesOf(pairs: readonly PairRow[]): PairRow[][] {
  const place = ({ panel, arm, step }: PairRow) => JSON.stringify([panel, arm, step]);
  return [...new Set(pairs.map(place))].map((at) => pairs.filter((pair) => place(pair) === at));
}

/** LII of the test error, mean and range over pairs and replicates. */
export const PAIR_COLUMNS: readonly Column<PairRow>[] = [
  { header: "network", cell: ([pair]) => pair!.panel ?? "", has: (pairs) => panelsOf(pairs)[0] !== undefined },
  { header: "arm", cell: ([pair]) => pair!.arm },
  { header: "k", cell: ([pair]) => String(pair!.step) },
  { header: "weights %", cell: ([pair]) => (100 * pair!.density).toFixed(2) },
  meanColumn("LII", liiOf),
  { header: "min", cell: (pairs, measure) => fixed(measure, lii(pairs, measure).min) },
  { header: "max", cell: (pairs, measure) => fixed(measure, lii(pairs, measure).max) },
  { header: "n", cell: (pairs, measure) => String(lii(pairs, measure).n) },
  meanColumn("recomputed", recomputedOf),
  meanColumn("train LII", trainLiiOf),
  meanColumn("ends", endsOf),
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
