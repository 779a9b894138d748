/** Ways to become sparse on one figure of accuracy against weights remaining (Gale, Elsen & Hooker 2019, figure 3). */
import { drawAccuracy } from "./accuracy.ts";
import type { Figure, FigureData } from "./figure.ts";
import { finalAccuracy } from "./statistics.ts";

/** Test accuracy (%) at the end of training against weights remaining (%), which penalties come to as they will. */
export function methods(data: FigureData): Figure {
  return drawAccuracy(data, { name: "methods", title: "Ways to become sparse", value: finalAccuracy });
}
