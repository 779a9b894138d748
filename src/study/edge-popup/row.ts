/** The rows of the study `edge-popup`, from what the artifacts of its networks say. */
import type { LearnedMask, MaskResult } from "../../step/learned-masks.ts";
import type { TrainResult } from "../../step/train.ts";
import type { Measure, Measured } from "../../task/task.ts";
import { ACCURACY, shown } from "../../task/words.ts";
import type { Artifacts, Planned } from "../plan.ts";
import { isChosen, POPUP_ARMS, type PopupArm } from "./spec.ts";

/** Of a study of several widths. */
export interface WidthPanel {
  /** Such as `width 0.25`. */
  readonly panel?: string;
  /** What it multiplies the model's channels by. */
  readonly width?: number;
}

/** Which row a network makes. */
export interface PopupPlace extends WidthPanel {
  readonly arm: PopupArm;
  readonly replicate: number;
  /** The fraction of weights asked for; absent where none is. */
  readonly kept?: number;
}

/** One network. */
export interface PopupRow extends WidthPanel {
  readonly arm: PopupArm;
  /** How its mask is trained; null where weights are. */
  readonly method: LearnedMask["name"] | null;
  readonly replicate: number;
  /** The fraction of weights asked for, from 0 to 1; where none is, that which came, of a learned mask on average. */
  readonly kept: number;
  /** `weights / prunable`: the same fraction, counted. */
  readonly density: number;
  /** Prunable weights kept. */
  readonly weights: number;
  readonly prunable: number;
  /** Whether all weights that are kept are as they were drawn; null where an artifact does not tell. */
  readonly weightsUntouched: boolean | null;
  /** The iteration that its training ended at. */
  readonly steps: number;
  /** Of the test set at the end of training; null where training diverged. */
  readonly measure: { readonly name: string; readonly value: number | null };
  readonly measures: Measured;
  /** Of classification, the fraction of the test set, of a learned mask the mean over ten that are drawn. */
  readonly testAccuracy?: number | null;
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

/** A random mask is that of edge-popup's scores before the first iteration. */
const METHODS: Readonly<Record<PopupArm, PopupRow["method"]>> = {
  "edge-popup": "edge-popup",
  random: "edge-popup",
  learned: "supermask",
  "gem-miner": "gem-miner",
  "gem-trained": null,
  "gem-shuffled": null,
  "gem-reinit": null,
  dense: null,
};

/** The rows in the order of widths, arms, fractions and replicates. */
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
  // The fractions of learned masks differ, and replicates stand together.
  const order = ({ width = 0, arm, kept, replicate }: PopupRow) =>
    [width, arms.indexOf(arm), isChosen(arm) ? kept : 0, replicate] as const;
  return rows.sort((a, b) => {
    const [own, other] = [order(a), order(b)];
    const differs = own.findIndex((value, i) => value !== other[i]);
    return differs < 0 ? 0 : own[differs]! - other[differs]!;
  });
}

function rowOf(place: PopupPlace, result: TrainResult & Partial<MaskResult>, artifact: string): PopupRow {
  const { arm, replicate, kept: asked, ...panel } = place;
  const { weights, prunable, steps, measure, measures, testLoss, bestOnTest = null, sampled, diverged } = result;
  const density = weights / prunable;
  const method = METHODS[arm];
  return {
    ...{ ...panel, arm, method, replicate, kept: asked ?? sampled?.density ?? density, density, weights, prunable },
    ...{ weightsUntouched: method === null ? false : (result.weightsUntouched ?? null), steps, measure, measures },
    ...(measure.name === ACCURACY.name && { testAccuracy: sampled?.value ?? measure.value }),
    ...{ testLoss, bestOnTest, ...(sampled && { sampled }) },
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

/** The rows of each width, arm and fraction; a learned mask's and the dense network's are one group each. */
export function groupsOf(rows: readonly PopupRow[]): PopupRow[][] {
  const groups = new Map<string, PopupRow[]>();
  for (const row of rows) {
    const { panel, arm, kept } = row;
    const key = JSON.stringify([panel, arm, isChosen(arm) ? kept : null]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}
