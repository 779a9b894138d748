/** The rows of the study, from what trained networks and lines say of themselves. */
import type { InterpolateResult } from "../../step/interpolate.ts";
import type { StepInput } from "../../step/request.ts";
import type { TrainResult } from "../../step/train.ts";
import type { Artifacts, Planned } from "../plan.ts";
import type { TransferPlace, TransferRow } from "./row.ts";

/** How rows are told and ordered. */
interface RowOptions {
  readonly targets: readonly string[];
  /** What rows of a target are ordered by: `name` of each, in this order, what is not there last. */
  readonly order: readonly string[];
  /** The word of a row that the order is of. */
  readonly by: "source" | "arm";
  /** Whether rows have the field `task`. */
  readonly tasks?: boolean;
}

/** The rows of finished steps: by target, then by source or arm, by replicate and level. */
export async function transferRows(
  finished: readonly Planned<TransferPlace>[],
  artifacts: Artifacts,
  { targets, order, by, tasks = false }: RowOptions,
): Promise<TransferRow[]> {
  const told = finished.map(async ({ request, rows = [] }) => {
    const of = async (place: TransferPlace) => {
      const result = await artifacts.result(request);
      const ends = place.arm === "line" ? [await artifacts.result(request.inputs.a as StepInput)] : [];
      const row = rowOf(place, [result, ...ends] as never, artifacts.key(request));
      return tasks ? { task: place.target, ...row } : row;
    };
    return Promise.all(rows.map(of));
  });
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const placeOf = (row: TransferRow) => {
    // Rounds of a search have their task's name and come behind all else.
    const own = by === "source" && row.arm === "search" ? order.length : place(row[by]);
    return [targets.indexOf(row.target), own, row.replicate, row.level];
  };
  return (await Promise.all(told)).flat().sort((a, b) => compare(placeOf(a), placeOf(b)));
}

function rowOf(
  { of, uncut = 0, ...place }: TransferPlace,
  [result, end]: readonly [TrainResult & { chosen?: number } & InterpolateResult, TrainResult?],
  artifact: string,
): TransferRow {
  const { weights, prunable, steps, seconds } = end ?? result;
  const counts = { density: (weights - uncut) / (prunable - uncut), weights, prunable, steps };
  if (place.arm === "line") return { ...place, ...counts, ...lineOf(result, of), seconds: 0, artifact };
  const { measure, measures, testLoss, diverged, chosen } = result;
  const told = { measure: { ...measure, ...of }, measures, testLoss };
  const more = { ...(diverged !== undefined && { diverged }), ...(chosen !== undefined && { chosen }) };
  return { ...place, ...counts, ...told, ...more, seconds, artifact };
}

/** LII of the test error, with batch norm's statistics recomputed where there are any. */
function lineOf(result: InterpolateResult, of: TransferPlace["of"]) {
  const { interpolated, recomputed, instability, recomputedInstability } = result;
  const { testError } = recomputedInstability ?? instability;
  const value = Number.isFinite(testError) ? testError : null;
  const { alphas, testError: errors } = recomputed ?? interpolated;
  const path = { alphas, testError: errors };
  return {
    measure: { name: "lii", value, ...of },
    measures: { lii: value },
    testLoss: value === null ? null : 0,
    path,
  };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
