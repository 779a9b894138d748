/** The rows of the study, from what trained and probed networks say of themselves. */
import type { StepRequest } from "../../step/request.ts";
import type { TrainResult } from "../../step/train.ts";
import type { ArtifactStore } from "../../store/store.ts";
import type { Artifacts, Planned } from "../plan.ts";
import type { NearestViews, PretrainingDetail, PretrainingPlace, PretrainingRow } from "./row.ts";
import { ARMS } from "./spec.ts";

/** The rows of finished steps: probes first, then by target, source, arm, level and replicate. */
export async function pretrainingRows(
  _: unknown,
  finished: readonly Planned<PretrainingPlace>[],
  artifacts: Artifacts,
): Promise<PretrainingRow[]> {
  const told = finished.map(async ({ request, rows = [] }) => {
    if (rows.length === 0) return [];
    const result = (await artifacts.result(request)) as unknown as TrainResult;
    return rows.map((place) => rowOf(place, result, { artifacts, request }));
  });
  const all = (await Promise.all(told)).flat();
  const targets = [...new Set(all.map(({ target }) => target))];
  const by = ({ readout, target, source, arm, level, replicate }: PretrainingRow) =>
    [readout === "probe" ? 0 : 1, targets.indexOf(target), source, ARMS.indexOf(arm), level, replicate] as const;
  return all.sort((a, b) => compare(by(a), by(b)));
}

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
}

function rowOf(
  { of, views, ...place }: PretrainingPlace,
  result: TrainResult,
  { artifacts, request }: { artifacts: Artifacts; request: StepRequest },
): PretrainingRow {
  const artifact = artifacts.key(request);
  const { weights, prunable, measure, measures, testLoss, diverged, seconds } = result;
  const stopped = diverged !== undefined && { diverged };
  const drawn = views && { views: artifacts.key(views) };
  const seen = { measure: { ...measure, ...of }, measures, testLoss, ...stopped, seconds, ...drawn, artifact };
  return { ...place, density: weights / prunable, weights, prunable, ...seen };
}

/** Rows that are alike but for their replicate. */
export function groupsOf<Row extends PretrainingRow>(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = JSON.stringify([row.readout, row.target, row.source, row.arm, row.level]);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()];
}

/** Rows, with the nearest views of a source beside its first one, where the store has them. */
export async function withViews(rows: readonly PretrainingRow[], store: ArtifactStore): Promise<PretrainingDetail[]> {
  const first = new Map<string, PretrainingDetail>();
  for (const row of rows) if (row.views !== undefined && !first.has(row.source)) first.set(row.source, row);
  const found = new Map<PretrainingRow, NearestViews>();
  for (const row of first.values()) if (await store.has(row.views!)) found.set(row, await viewsOf(row, store));
  return rows.map((row) => ({ ...row, ...(found.has(row) && { nearest: found.get(row)! }) }));
}

async function viewsOf({ source, views: key }: PretrainingRow, store: ArtifactStore): Promise<NearestViews> {
  const { tensors } = await store.read(key!);
  const { data, shape } = tensors.get("views")!;
  const [count, ...rest] = shape as [number, number, number, number];
  const size = data.length / count;
  const views = Array.from({ length: count }, (_, n) => Uint8Array.from(data.slice(n * size, (n + 1) * size)));
  return { source, shape: rest as [number, number, number], views, nearest: [...tensors.get("nearest")!.data] };
}
