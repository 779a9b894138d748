/** The figures of a study by name, each a pure function of its rows. */

import { accuracy, accuracyEarlyStop } from "./accuracy.ts";
import { curves } from "./curves.ts";
import { earlyStop } from "./early-stop.ts";
import {
  type AbsentFigure,
  type Figure,
  type FigureData,
  type FigureName,
  figureNamesOf,
  type PairData,
} from "./figure.ts";
import { figure2 } from "./figure2.ts";
import { figure3 } from "./figure3.ts";
import { instability } from "./instability.ts";
import { layers } from "./layers.ts";
import { matching } from "./matching.ts";
import { methods } from "./methods.ts";
import { figure1, scratch } from "./panels.ts";
import { path } from "./path.ts";
import { separation } from "./separation.ts";

type Draw = (data: FigureData) => Figure | AbsentFigure;

const DRAWS: Readonly<Record<FigureName, Draw>> = {
  accuracy,
  "accuracy-early-stop": accuracyEarlyStop,
  "early-stop": earlyStop,
  layers,
  curves,
  figure1,
  scratch,
  methods,
  figure2: ofPairs(figure2),
  figure3: ofPairs(figure3),
  instability: ofPairs(instability),
  path: ofPairs(path),
  matching: ofPairs(matching),
  separation: ofPairs(separation),
};

function ofPairs(draw: (data: PairData) => Figure | AbsentFigure): Draw {
  return ({ title, pairs = [] }) => draw({ title, pairs });
}

/** Draws one figure; one that does not apply, or has no rows yet, is absent with the reason. */
export function drawFigure(name: FigureName, data: FigureData): Figure | AbsentFigure {
  const names = figureNamesOf(data.study);
  if (!names.includes(name)) return { name, absent: `the figures of this study are ${names.join(", ")}` };
  return (data.pairs ?? data.rows).length > 0 ? DRAWS[name](data) : { name, absent: "no network has been trained yet" };
}

/** All figures of a study in their fixed order. */
export function drawFigures(data: FigureData): (Figure | AbsentFigure)[] {
  return figureNamesOf(data.study).map((name) => drawFigure(name, data));
}
