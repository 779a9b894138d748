/** Several runs on one page: what every arm of each reaches at every place, with intervals over replicates. */

import { fail } from "../base/errors.ts";
import { describeReplicates, meanOf, type ReplicateValue, type Spread } from "../figure/spread.ts";
import type { Run, Store } from "../store/store.ts";
import { type Side, sidesOf } from "../study/comparison.ts";
import { type Values, wordOf } from "../study/option.ts";
import type { Measure } from "../task/task.ts";
import { comparedOf } from "./claims/compared.ts";
import type { Compared, ComparedRow } from "./claims/contrast.ts";
import { askedOf, differing, valueText } from "./find-runs.ts";

/** What a line has at a place: the mean over replicates with its 95 % interval. */
export interface OverlayPoint extends Spread {
  readonly at: number;
  /** Percent of the weights that are kept, averaged; absent where rows say none. */
  readonly weightsRemaining?: number;
  /** One of each replicate. */
  readonly values: readonly ReplicateValue[];
}

/** An arm of a run. */
export interface OverlayLine extends Side {
  readonly run: string;
  /** The options in which the runs differ. */
  readonly options: Values;
  /** These and the arm in words, for tables and figures. */
  readonly label: string;
  readonly points: readonly OverlayPoint[];
}

export interface Overlay {
  /** What is compared, by its name. */
  readonly value: string;
  readonly unit: string;
  readonly axis: string;
  readonly measure: Measure;
  readonly lines: readonly OverlayLine[];
}

/** What is shown of runs; default all arms but the dense network, of all panels, by what their study compares first. */
export interface OverlayOptions {
  readonly arms?: readonly string[] | undefined;
  readonly panel?: string | undefined;
  readonly value?: string | undefined;
}

/**
 * Sets runs beside one another.
 * @throws `usage` where they are not compared at places of one kind and in one unit, or have nothing of what is asked for;
 *   `data` for a run that is not at its end
 */
export async function overlayOf(store: Store, runs: readonly Run[], options: OverlayOptions = {}): Promise<Overlay> {
  const compared = await Promise.all(runs.map((run) => comparedOf(store, run)));
  const quantities = compared.map((each) => quantityOf(each, options.value));
  const [first] = quantities;
  const alike = [first!.unit, compared[0]!.comparison.axis].join();
  runs.forEach(({ id }, i) => {
    const own = [quantities[i]!.unit, compared[i]!.comparison.axis];
    if (own.join() === alike) return;
    const rule = `must be compared as ${runs[0]!.id} is, in ${first!.unit} at every ${compared[0]!.comparison.axis}`;
    fail("usage", id, { rule, got: `${own[0]} at every ${own[1]}`, remedy: "Compare them apart" });
  });
  const names = differing(runs);
  const isOneStudy = new Set(runs.map(({ study }) => study)).size === 1;
  const lines = runs.flatMap((run, i) => {
    const asked = askedOf(run);
    const own = Object.fromEntries(names.map((name) => [name, asked[name]]));
    const words = names.filter((name) => name !== "arms").map((name) => `${wordOf(name)} ${valueText(own[name])}`);
    const said = [...(isOneStudy ? [] : [run.study]), ...words];
    const of = said.length > 0 ? said : runs.length > 1 ? [run.id] : [];
    return linesOf(compared[i]!, quantities[i]!.of, options).map(({ side, points }) => ({
      line: { ...side, run: run.id, options: own, points },
      words: [...of, ...(side.panel === undefined ? [] : [side.panel])],
    }));
  });
  // One arm needs no name beside its runs.
  const isOneArm = new Set(lines.map(({ line }) => line.arm)).size === 1;
  if (lines.length === 0) failEmpty(compared, options);
  const { measure, comparison } = compared[0]!;
  const labelled = lines.map(({ line, words }) => {
    return { ...line, label: (isOneArm && words.length > 0 ? words : [...words, line.arm]).join(", ") };
  });
  return { value: first!.name, unit: first!.unit, axis: comparison.axis, measure, lines: labelled };
}

function quantityOf({ comparison, measure }: Compared, asked: string | undefined) {
  const quantities = comparison.quantities(measure);
  const name = asked ?? Object.keys(quantities)[0]!;
  const rule = `must be of ${Object.keys(quantities).join(", ")}`;
  const found = quantities[name] ?? fail("usage", "value", { rule, got: name });
  if (found.ratio)
    fail("usage", "value", {
      rule: "must not be a ratio where several runs are compared",
      got: name,
      remedy: "Name one run and two arms",
    });
  return { name, ...found };
}

function linesOf({ rows, comparison }: Compared, of: (row: ComparedRow) => number, { arms, panel }: OverlayOptions) {
  const isShown = (side: Side) =>
    (arms ? arms.includes(side.arm) : side.arm !== "dense") && (panel === undefined || side.panel === panel);
  return sidesOf(comparison, rows)
    .filter(isShown)
    .map((side) => {
      const places = comparison.placesOf(rows);
      // The dense network stands at every place.
      const own = side.arm === "dense" ? places.slice(0, 1) : places;
      const points = own.flatMap((at) => pointOf(comparison.rowsOf(rows, side, at), of, at));
      return { side, points };
    })
    .filter(({ points }) => points.length > 0);
}

function pointOf(rows: readonly ComparedRow[], of: (row: ComparedRow) => number, at: number): OverlayPoint[] {
  if (rows.length === 0) return [];
  const values = rows.map((row) => ({ replicate: row.replicate ?? 0, value: of(row) }));
  const densities = rows.flatMap((row) => ("density" in row ? [Number(row.density)] : []));
  const remaining = densities.length > 0 ? { weightsRemaining: 100 * meanOf(densities) } : {};
  return [{ at, ...remaining, values, ...describeReplicates(values) }];
}

function failEmpty(compared: readonly Compared[], { arms, panel }: OverlayOptions): never {
  const sides = compared.flatMap(({ comparison, rows }) => sidesOf(comparison, rows));
  const has = (names: readonly (string | undefined)[]) =>
    [...new Set(names.filter((name) => name !== undefined))].join(", ");
  const rule = `must be of ${has(sides.map((side) => side.arm))}${panel === undefined ? "" : `; panels are ${has(sides.map((side) => side.panel))}`}`;
  return fail("usage", "arms", {
    rule,
    got: [...(arms ?? []), ...(panel === undefined ? [] : [panel])].join(", ") || "none",
  });
}
