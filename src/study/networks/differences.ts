/** What tickets gain and lose against everything else at their level, replicate by replicate. */

import { describe, pairedDifferences, panelsOf, type ReplicateValue, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import type { Arm, Row } from "./row.ts";
import { armsOf, denseRows, finalValue, levelsOf, valuesOf, weightsRemaining } from "./statistics.ts";

/** Arms whose density is not that of their level. */
export const PENALISED: readonly Arm[] = ["variational", "l0"];

/** The measure of tickets of one level minus that of another arm, as it is shown: of fractions in points. */
export interface Difference extends Spread {
  readonly panel?: string;
  readonly level: number;
  /** Of the tickets, in %. */
  readonly weightsRemaining: number;
  /** What is subtracted: the arm at the same level, or the dense network. */
  readonly arm: Arm;
  /** The difference in every replicate that both have; NaN where one of them diverged. */
  readonly values: readonly ReplicateValue[];
}

/** Tickets minus the dense network and minus every other arm, at every level but 0, of every panel; none without tickets. */
export function differencesOf(rows: readonly Row[], measure: Measure): Difference[] {
  return panelsOf(rows).flatMap((panel) => {
    const own = differencesIn(
      rows.filter((row) => row.panel === panel),
      measure,
    );
    return panel === undefined ? own : own.map((difference) => ({ panel, ...difference }));
  });
}

function differencesIn(rows: readonly Row[], measure: Measure): Difference[] {
  const tickets = rows.filter(({ arm, level }) => arm === "ticket" && level > 0);
  const others = armsOf(rows).filter((arm) => !["ticket", "dense", ...PENALISED].includes(arm));
  const value = finalValue(measure);
  return levelsOf(tickets).flatMap((level) => {
    const own = tickets.filter((row) => row.level === level);
    const against = (arm: Arm, minus: readonly Row[]): Difference[] => {
      const values = pairedDifferences(valuesOf(own, value), valuesOf(minus, value));
      const place = { level, weightsRemaining: weightsRemaining(own), arm };
      return values.length === 0 ? [] : [{ ...place, ...describe(values.map((each) => each.value)), values }];
    };
    const at = (arm: Arm) => rows.filter((row) => row.arm === arm && row.level === level);
    return [...against("dense", denseRows(rows)), ...others.flatMap((arm) => against(arm, at(arm)))];
  });
}
