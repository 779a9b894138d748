/** What a figure is made of and what it gives: rows of a study in; a drawing, its words and its numbers out. */

import type { PairRow } from "../study/pair.ts";
import type { RowDetail } from "../study/row.ts";

/** A study's result as figures read it. */
export interface FigureData {
  /** What was studied, in words: the line under every figure's title. */
  readonly title: string;
  /** The study's name, where it has figures of its own. */
  readonly study?: string;
  readonly rows: readonly RowDetail[];
  /** The result of a study of linear mode connectivity, whose `rows` are empty. */
  readonly pairs?: readonly PairRow[];
}

/** The result of a study of linear mode connectivity as its figures read it. */
export interface PairData extends Pick<FigureData, "title"> {
  readonly pairs: readonly PairRow[];
}

const PRUNING_FIGURES = ["accuracy", "accuracy-early-stop", "early-stop", "layers", "curves"] as const;
const OWN_FIGURES = ["figure1", "scratch", "methods", "figure2", "figure3"] as const;
const INSTABILITY_FIGURES = ["instability", "path", "matching", "separation"] as const;

/** The figures of studies. */
export const FIGURE_NAMES = [...PRUNING_FIGURES, ...OWN_FIGURES, ...INSTABILITY_FIGURES] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

/** The figures of a study: those of instability, the one that has the study's name, else those of pruning studies. */
export function figureNamesOf(study = ""): readonly FigureName[] {
  if (study === "instability") return INSTABILITY_FIGURES;
  const own = OWN_FIGURES.filter((name) => name === study);
  return own.length > 0 ? own : PRUNING_FIGURES;
}

/** A finished figure. */
export interface Figure {
  /** Lines, planes and barriers between levels are drawn of other things than a study's rows. */
  readonly name: FigureName | "line" | "plane" | "levels";
  readonly title: string;
  /** How to read it, with n and the number of diverged runs. */
  readonly caption: string;
  /** A picture that stands alone: title, drawing and caption. */
  readonly svg: string;
  /** The drawing alone, for a page that sets title and caption as its own text. */
  readonly drawing: string;
  /** The numbers drawn. */
  readonly csv: string;
}

/** A figure that the data cannot give, and why. */
export interface AbsentFigure {
  readonly name: FigureName;
  readonly absent: string;
}

/** Tells a figure from one that is absent. */
export function isFigure(result: Figure | AbsentFigure): result is Figure {
  return "svg" in result;
}
