/** How trained networks are compared: at equal levels, and with the dense network at any. */
import { log } from "../../base/exact.ts";
import type { Comparison, Quantity } from "../comparison.ts";
import type { Row } from "./row.ts";
import { denseRows, earlyStopStep, earlyStopValue, finalValue, levelsOf } from "./statistics.ts";

/** At level l; the dense networks of a panel stand at every level. */
export const NETWORK_COMPARISON: Comparison<Row> = {
  axis: "level",
  placesOf: levelsOf,
  quantities(measure) {
    const unit = measure.unit === "fraction" ? "points" : (measure.unit ?? measure.title);
    const early = earlyStopValue(measure);
    return {
      measure: { unit, of: finalValue(measure) },
      "early-stop": { unit, of: (row) => early(row) ?? Number.NaN },
      "stop-ratio": {
        unit: "ratio of iterations",
        ratio: true,
        of: (row) => log(earlyStopStep(row) ?? Number.NaN),
      },
      seconds: { unit: "s", of: ({ seconds }) => seconds },
    } satisfies Record<string, Quantity<Row>>;
  },
  rowsOf(rows, { arm, panel }, at) {
    const own = rows.filter((row) => row.panel === panel);
    return arm === "dense" ? denseRows(own) : own.filter((row) => row.arm === arm && row.level === at);
  },
};
