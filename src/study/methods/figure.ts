/** Ways to become sparse on one figure of accuracy against weights remaining (Gale, Elsen & Hooker 2019, figure 3). */

import type { Figure } from "../../figure/figure.ts";
import { drawAccuracy } from "../networks/accuracy.ts";
import type { NetworkData } from "../networks/row.ts";
import { finalAccuracy } from "../networks/statistics.ts";

/** Test accuracy (%) at the end of training against weights remaining (%), which penalties come to as they will. */
export function methods(data: NetworkData): Figure {
  return drawAccuracy(data, { name: "methods", title: "Ways to become sparse", value: finalAccuracy });
}
