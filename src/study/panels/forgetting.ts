/**
 * How far a training forgets the weights that it starts from.
 *
 * Weight decay shrinks them at every iteration by rate x decay, over 1 - momentum as momentum adds it up; where gradients
 * have no part in it they end as exp(-exponent) of what they were. The exponent is told up to the first milestone, behind
 * which rates are a tenth and less. The angle between the kept weights at the end and at the start is what came of it.
 */

import { degrees } from "../../connectivity/updates.ts";
import { drawn } from "../../figure/path/points.ts";
import type { TrainParams } from "../../step/train.ts";
import type { Artifact, ArtifactStore } from "../../store/store.ts";
import { rateAt } from "../../train/schedule.ts";
import type { Comparison } from "../comparison.ts";
import { NETWORK_COMPARISON } from "../networks/comparison.ts";
import type { Row, RowDetail } from "../networks/row.ts";
import { NETWORK_ROWS } from "../networks/rows.ts";

/** A row of a study of panels. */
export interface PanelRow extends Row {
  /** LII of the test error between this network and a copy with other noise; absent where none was trained. */
  readonly lii?: number | null;
}

/** A row with what its figures need beside it. */
export interface PanelDetail extends PanelRow, RowDetail {
  /** See {@link exponentOf}; null of optimizers of which it is not known. */
  readonly exponent: number | null;
  /** Degrees between the kept weights at the end and the same entries at the start; null where training diverged. */
  readonly angle: number | null;
}

/** Networks compared as in any pruning study, and by LII and angle. */
export const PANEL_COMPARISON: Comparison<PanelDetail> = {
  ...NETWORK_COMPARISON,
  quantities: (measure) => ({
    ...NETWORK_COMPARISON.quantities(measure),
    lii: { unit: "points", of: ({ lii }) => drawn(measure, lii) },
    angle: { unit: "degrees", of: ({ angle }) => angle ?? Number.NaN },
  }),
};

/**
 * Weight decay / (1 - momentum) x the sum of the rates from the iteration the training starts at to its first milestone,
 * to its end where there is none; null of other optimizers than SGD.
 */
export function exponentOf({
  optimizer,
  schedule,
  from,
  to,
}: Pick<TrainParams, "optimizer" | "schedule" | "from" | "to">): number | null {
  if (optimizer.name !== "sgd") return null;
  const { weightDecay = 0, momentum = 0 } = optimizer;
  const { shape } = schedule;
  const last = shape.name === "step" ? Math.min(to, ...shape.milestones.filter((milestone) => milestone > from)) : to;
  let rates = 0;
  for (let step = from; step < last; step++) rates += rateAt(schedule, step);
  return (weightDecay / (1 - momentum)) * rates;
}

/** Rows with layer counts and curves, and with exponent and angle. */
export async function panelDetails(rows: readonly PanelRow[], store: ArtifactStore): Promise<PanelDetail[]> {
  const details = await NETWORK_ROWS.details(rows, store);
  const told: PanelDetail[] = [];
  // One after the other, since networks may be large.
  for (const row of details) {
    const end = await store.read(row.artifact);
    const start = row.measure.value === null ? null : await store.read(end.meta.inputs.network!);
    const exponent = exponentOf(end.meta.params as unknown as TrainParams);
    told.push({ ...row, exponent, angle: start && angleOf(row, { start, end }) });
  }
  return told;
}

/** Degrees between the kept weights of two artifacts, over the prunable layers; what is pruned is 0 at the end. */
function angleOf({ layers }: RowDetail, { start, end }: { start: Artifact; end: Artifact }): number {
  let [xx, xy, yy] = [0, 0, 0];
  for (const { layer } of layers) {
    const name = `${layer}.weight`;
    const [first, last] = [start, end].map(({ tensors }) => tensors.get(name)!.data as Float32Array) as unknown as Pair;
    const bits = end.tensors.get(`mask/${name}`)?.data;
    for (let i = 0; i < last.length; i++) {
      if (bits && bits[i] === 0) continue;
      xx += first[i]! * first[i]!;
      xy += first[i]! * last[i]!;
      yy += last[i]! * last[i]!;
    }
  }
  return degrees(Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))));
}

type Pair = readonly [Float32Array, Float32Array];
