/** How rows of a study are compared, replicate by replicate: which rows stand for an arm, and what is told of them. */
import type { Measure } from "../task/task.ts";

/** A number of every row. */
export interface Quantity<Row> {
  /** What it and its differences are of, such as `points` or `iterations`. */
  readonly unit: string;
  /** Whether values are logarithms, whose differences are told as ratios. */
  readonly ratio?: boolean;
  /** Which values are better; absent: as of the measure. */
  readonly direction?: Measure["direction"];
  /** As it is told; NaN where the row has none, because its network diverged or it was not measured. */
  of(row: Row): number;
}

/** Which rows are meant: an arm, of one panel where there are several. */
export interface Side {
  readonly arm: string;
  readonly panel?: string | undefined;
}

/** How the rows of a kind of study are compared. */
export interface Comparison<Row> {
  /** What rows are compared at, in words: `level`, or the iteration `k` at which copies part. */
  readonly axis: string;
  /** The places of the axis that there are rows at, ascending. */
  placesOf(rows: readonly Row[]): readonly number[];
  /** The sides that there are rows of, in their order; absent: every `arm` of every `panel` of the rows. */
  sidesOf?(rows: readonly Row[]): readonly Side[];
  /** What may be compared, by name; the first is meant where none is named, and needs nothing beside the rows of the store. */
  quantities(measure: Measure): Readonly<Record<string, Quantity<Row>>>;
  /** The rows of a side at a place of the axis, of all replicates; several of one replicate are averaged first. */
  rowsOf<R extends Row>(rows: readonly R[], side: Side, at: number): readonly R[];
}

/** The sides that there are rows of; see {@link Comparison.sidesOf}. */
export function sidesOf<Row extends object>(comparison: Comparison<Row>, rows: readonly Row[]): readonly Side[] {
  if (comparison.sidesOf) return comparison.sidesOf(rows);
  const sides = rows.flatMap((row) => {
    const { arm, panel } = row as { readonly arm?: unknown; readonly panel?: string };
    return typeof arm === "string" ? [{ arm, ...(panel !== undefined && { panel }) }] : [];
  });
  return [...new Map(sides.map((side) => [JSON.stringify([side.arm, side.panel]), side])).values()];
}
