/** The tables of pairs as text: LII by parting and arm, and the networks that lines join. */

import { drawn } from "../../figure/path/points.ts";
import { describeReplicates, panelsOf, type Spread } from "../../figure/spread.ts";
import type { ArtifactStore } from "../../store/store.ts";
import type { Measure } from "../../task/task.ts";
import { digits, unitOf } from "../../task/words.ts";
import type { Column, TextTable } from "../kind.ts";
import type { PairRow } from "./pair.ts";
import { floorOf, liiOf, trainLiiOf, valuesOf } from "./statistics.ts";

type Value = (pair: PairRow) => number;

const spreadOf = (pairs: readonly PairRow[], value: Value): Spread => describeReplicates(valuesOf(pairs, value));
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

/** The mean over replicates of what the measure makes of their pairs, under words with the measure's unit. */
function meanColumn(words: string, of: (measure: Measure) => Value): Column<PairRow> {
  return {
    header: (measure) => `${words}${unitOf(measure)}`,
    cell: (pairs, measure) => fixed(measure, spreadOf(pairs, of(measure)).mean),
  };
}

/** One number of the {@link Spread} of LII, as text. */
function liiNumber(name: "low" | "high" | "min" | "max"): Column<PairRow>["cell"] {
  return (pairs, measure) => fixed(measure, spreadOf(pairs, liiOf(measure))[name]);
}

/** LII of the test error, mean, 95 % interval and range over replicates, pairs of each averaged first. */
export const PAIR_COLUMNS: readonly Column<PairRow>[] = [
  { header: "network", cell: ([pair]) => pair!.panel ?? "", has: (pairs) => panelsOf(pairs)[0] !== undefined },
  { header: "arm", cell: ([pair]) => pair!.arm },
  { header: "k", cell: ([pair]) => String(pair!.step) },
  { header: "weights %", cell: ([pair]) => (100 * pair!.density).toFixed(2) },
  meanColumn("LII", liiOf),
  { header: "95 % low", cell: liiNumber("low") },
  { header: "95 % high", cell: liiNumber("high") },
  { header: "min", cell: liiNumber("min") },
  { header: "max", cell: liiNumber("max") },
  { header: "n", cell: (pairs, measure) => String(spreadOf(pairs, liiOf(measure)).n) },
  meanColumn("floor", floorOf),
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
