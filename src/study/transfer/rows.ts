/** The rows of the study, from what trained networks say of themselves. */
import type { TrainResult } from "../../step/train.ts";
import type { Artifacts, Planned } from "../plan.ts";
import type { TransferPlace, TransferRow } from "./row.ts";
import type { TransferSpec } from "./spec.ts";

/** The rows of finished steps: by target, dense ones first, then by source, searches last, by replicate and level. */
export async function transferRows(
  { study, sources, targets }: Pick<TransferSpec, "study" | "sources" | "targets">,
  finished: readonly Planned<TransferPlace>[],
  artifacts: Artifacts,
): Promise<TransferRow[]> {
  const told = finished.map(async ({ request, rows = [] }) => {
    if (rows.length === 0) return [];
    const result = (await artifacts.result(request)) as unknown as TrainResult;
    return rows.map((place) => rowOf(place, result, { artifact: artifacts.key(request), study }));
  });
  const order = ["dense", ...sources];
  const by = ({ target, source, arm, replicate, level }: TransferRow) => [
    targets.indexOf(target),
    arm === "search" ? order.length : order.indexOf(source),
    replicate,
    level,
  ];
  return (await Promise.all(told)).flat().sort((a, b) => compare(by(a), by(b)));
}

function rowOf(
  { of, ...place }: TransferPlace,
  result: TrainResult,
  { artifact, study }: { artifact: string; study: TransferSpec["study"] },
): TransferRow {
  const { weights, prunable, steps, measure, measures, testLoss, diverged, seconds } = result;
  return {
    ...(study === "bert-tickets" && { task: place.target }),
    ...place,
    ...{ density: weights / prunable, weights, prunable, steps },
    ...{
      measure: { ...measure, ...of },
      measures,
      testLoss,
      ...(diverged !== undefined && { diverged }),
      seconds,
      artifact,
    },
  };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
