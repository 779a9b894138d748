/** The rows of the study `edge-popup`, from what the artifacts of its networks say. */
import type { MaskResult } from "../../step/learned-masks.ts";
import type { TrainResult } from "../../step/train.ts";
import type { Measure, Measured } from "../../task/task.ts";
import { shown } from "../../task/words.ts";
import type { Artifacts, Planned } from "../plan.ts";
import { POPUP_ARMS, type PopupArm } from "./spec.ts";

/** Which row a network makes. */
export interface PopupPlace {
  readonly arm: PopupArm;
  readonly replicate: number;
  /** The fraction of weights asked for; absent where none is. */
  readonly kept?: number;
}

/** One network. */
export interface PopupRow {
  readonly arm: PopupArm;
  readonly replicate: number;
  /** The fraction of weights asked for, from 0 to 1; where none is, that which came, of a learned mask on average. */
  readonly kept: number;
  /** `weights / prunable`: the same fraction, counted. */
  readonly density: number;
  /** Prunable weights kept. */
  readonly weights: number;
  readonly prunable: number;
  /** The iteration that its training ended at. */
  readonly steps: number;
  /** Of the test set at the end of training; null where training diverged. */
  readonly measure: { readonly name: string; readonly value: number | null };
  readonly measures: Measured;
  readonly testLoss: number | null;
  /** The best evaluation of the test set, which papers report; null where nothing was evaluated after the start. */
  readonly bestOnTest: MaskResult["bestOnTest"];
  /** Of a learned mask, the means over ten that are drawn. */
  readonly sampled?: MaskResult["sampled"];
  /** The iteration whose loss was not finite; absent where all were. */
  readonly diverged?: number;
  /** Wall-clock seconds of its training, evaluation included. */
  readonly seconds: number;
  /** Key of the network in the store. */
  readonly artifact: string;
}

/** The rows in the order of arms, fractions and replicates. */
export async function popupRows(
  finished: readonly Planned<PopupPlace>[],
  artifacts: Artifacts,
  arms: readonly PopupArm[] = POPUP_ARMS,
): Promise<PopupRow[]> {
  const places = finished.flatMap(({ request, rows = [] }) => rows.map((place) => ({ request, place })));
  const rows = await Promise.all(
    places.map(async ({ request, place }) => {
      const result = (await artifacts.result(request)) as unknown as TrainResult & Partial<MaskResult>;
      return rowOf(place, result, artifacts.key(request));
    }),
  );
  const order = ({ arm }: PopupRow) => arms.indexOf(arm);
  return rows.sort(
    (a, b) => order(a) - order(b) || (order(a) === order(b) ? a.kept - b.kept : 0) || a.replicate - b.replicate,
  );
}

function rowOf(place: PopupPlace, result: TrainResult & Partial<MaskResult>, artifact: string): PopupRow {
  const { arm, replicate } = place;
  const { weights, prunable, steps, measure, measures, testLoss, bestOnTest = null, sampled, diverged } = result;
  const density = weights / prunable;
  return {
    ...{ arm, replicate, kept: place.kept ?? sampled?.density ?? density, density, weights, prunable, steps },
    ...{ measure, measures, testLoss, bestOnTest, ...(sampled && { sampled }) },
    ...{ ...(diverged !== undefined && { diverged }), seconds: result.seconds, artifact },
  };
}

/** The measure at the end of training as it is shown, of a learned mask the mean over drawn ones; NaN where it diverged. */
export const lastValue =
  (measure: Measure) =>
  ({ measure: { value }, sampled }: PopupRow): number =>
    shownOf(measure, sampled?.value ?? value);

/** The same of the network that is stored: a learned mask's weights that are there at least as likely as not. */
export const storedValue =
  (measure: Measure) =>
  ({ measure: { value } }: PopupRow): number =>
    shownOf(measure, value);

const shownOf = (measure: Measure, value: number | null) =>
  value === null || !Number.isFinite(value) ? Number.NaN : shown(measure, value);

/** The best measure on the test set as it is shown; NaN where there is none. */
export const bestValue =
  (measure: Measure) =>
  ({ bestOnTest }: PopupRow): number =>
    bestOnTest === null ? Number.NaN : shown(measure, bestOnTest.value);

/** The rows of each arm and fraction; a learned mask's and the dense network's are one group each. */
export function groupsOf(rows: readonly PopupRow[]): PopupRow[][] {
  const groups = new Map<string, PopupRow[]>();
  for (const row of rows) {
    const key = row.arm === "learned" || row.arm === "dense" ? row.arm : `${row.arm} ${row.kept}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}
