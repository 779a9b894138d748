/** Ways to become sparse on one figure of a measure against weights remaining (Gale, Elsen & Hooker 2019, figure 3). */

import type { Figure } from "../../figure/figure.ts";
import { drawMeasure } from "../networks/measure.ts";
import type { NetworkData } from "../networks/row.ts";
import { finalValue } from "../networks/statistics.ts";

/** The measure of the test set at the end of training against weights remaining (%), which penalties come to as they will. */
export function methods(data: NetworkData): Figure {
  return drawMeasure(data, { name: "methods", title: "Ways to become sparse", value: finalValue(data.measure) });
}
