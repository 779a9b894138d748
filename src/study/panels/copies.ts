/**
 * One more copy of some networks: the same start under the same mask, trained with other SGD noise, and the line between
 * the two. Its LII tells whether what a network starts from still decides where it ends (Frankle et al. 2020, section 2).
 */
import { interpolateStep } from "../../step/interpolate.ts";
import { request } from "../../step/request.ts";
import type { NetworkPlace } from "../networks/row.ts";
import type { Planned } from "../plan.ts";
import type { Settled } from "../shared/common.ts";
import { isFresh } from "../shared/controls.ts";
import type { NetworkPlan } from "../shared/replicate.ts";

/** Points on a line, both ends included. */
const POINTS = 11;

/** Training images scored at each of them; LII is of the test set. */
const TRAIN_IMAGES = 2000;

/** Whose networks are copied: the level beside the dense one. */
export interface CopiedLevel {
  readonly spec: Pick<Settled, "model" | "data" | "validation" | "trainSize" | "levels">;
  readonly level: number;
  /** How many images are trained on. */
  readonly images: number;
}

/** The plan with copies of its dense networks and of all arms of a level, and the lines that join them. */
export function* withCopies(plan: NetworkPlan, { level, ...copied }: CopiedLevel): NetworkPlan {
  for (const planned of plan) {
    yield planned;
    for (const place of copiedOf(planned, level)) yield* copyPlan(planned, { place, ...copied });
  }
}

/** The rows of a step whose network is copied; a dense network that several arms share counts once, fresh ones not. */
function copiedOf({ rows = [] }: Planned<NetworkPlace>, level: number): NetworkPlace[] {
  const dense = rows.filter((place) => place.level === 0 && !isFresh(place.arm)).slice(0, 1);
  return [...dense, ...rows.filter((place) => place.level === level && level > 0)];
}

function* copyPlan(
  { request: original, label }: Planned<NetworkPlace>,
  { place, spec, images }: Omit<CopiedLevel, "level"> & { place: NetworkPlace },
): NetworkPlan {
  // Draws up to the last level's are the study's own.
  const copy = { ...original, params: { ...original.params, draw: spec.levels + 1 } };
  yield { request: copy, label: `${label}, copy` };
  const { model, data, validation, trainSize } = spec;
  const params = { ...{ model, data, validation }, ...(trainSize !== undefined && { trainSize }) };
  const trainImages = Math.min(TRAIN_IMAGES, images);
  const line = request(
    interpolateStep,
    { ...params, points: POINTS, trainImages, recompute: true },
    { a: original, b: copy },
  );
  yield { request: line, label: `${label}, line to its copy`, rows: [place] };
}
