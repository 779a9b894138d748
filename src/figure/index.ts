/** The figures of a study by name, each a pure function of its rows. */

import { accuracy, accuracyEarlyStop } from "./accuracy.ts";
import { curves } from "./curves.ts";
import { earlyStop } from "./early-stop.ts";
import { type AbsentFigure, FIGURE_NAMES, type Figure, type FigureData, type FigureName } from "./figure.ts";
import { layers } from "./layers.ts";

/** Every figure; adding one is a name in figure.ts, a file, and a row here. */
export const FIGURES: Readonly<Record<FigureName, (data: FigureData) => Figure | AbsentFigure>> = {
  accuracy,
  "accuracy-early-stop": accuracyEarlyStop,
  "early-stop": earlyStop,
  layers,
  curves,
};

/** All figures of a study in their fixed order, those that do not apply with the reason. */
export function drawFigures(data: FigureData): (Figure | AbsentFigure)[] {
  return FIGURE_NAMES.map((name) => FIGURES[name](data));
}
