/** What a figure is made of and what it gives: rows of a study in; a drawing, its words and its numbers out. */

import type { Measure } from "../task/task.ts";
import type { Band } from "./band.ts";

/** A study's result as figures read it. */
export interface FigureData<Row> {
  /** What was studied, in words: the line under every figure's title. */
  readonly title: string;
  /** What the rows measure. */
  readonly measure: Measure;
  readonly rows: readonly Row[];
  /** What bands and error bars show. */
  readonly band: Band;
}

/** A finished figure. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  /** How to read it, with n and the number of diverged runs. */
  readonly caption: string;
  /** A picture that stands alone: title, drawing and caption. */
  readonly svg: string;
  /** The drawing alone, for a page that sets title and caption as its own text. */
  readonly drawing: string;
  /** The same drawing with a linear axis in place of its logarithmic one, for a page that offers both; absent of others. */
  readonly linear?: string;
  /** The numbers drawn. */
  readonly csv: string;
  /** The values behind them as CSV, one of each replicate; absent where there are no replicates. */
  readonly replicates?: string;
}

/** A figure that the data cannot give, and why. */
export interface AbsentFigure {
  readonly name: string;
  readonly absent: string;
}

/** Tells a figure from one that is absent. */
export function isFigure(result: Figure | AbsentFigure): result is Figure {
  return "svg" in result;
}
