/** How rows of a study are compared, replicate by replicate: which rows stand for an arm, and what is told of them. */
import type { Measure } from "../task/task.ts";

/** A number of every row. */
export interface Quantity<Row> {
  /** What it and its differences are of, such as `points` or `iterations`. */
  readonly unit: string;
  /** Whether values are logarithms, whose differences are told as ratios. */
  readonly ratio?: boolean;
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
  /** What may be compared, by name; the first is meant where none is named. */
  quantities(measure: Measure): Readonly<Record<string, Quantity<Row>>>;
  /** The rows of a side at a place of the axis, of all replicates; several of one replicate are averaged first. */
  rowsOf<R extends Row>(rows: readonly R[], side: Side, at: number): readonly R[];
}
