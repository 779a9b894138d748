/** The loss on the plane through three networks (Garipov et al. 2018, appendix A.1, "visualization"). */
import { fail } from "../base/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";
import { combine, evenAlphas, unionMask } from "./path.ts";
import { byMeasure, type Measured, openScorer, type ScoreTask } from "./scorer.ts";
import { innerProduct, lengthOf } from "./updates.ts";

/** The networks A, B and C that a plane goes through. */
export interface Corners {
  readonly a: Network;
  readonly b: Network;
  readonly c: Network;
}

/** A point of the plane, in L2 distances over trained values: x from A towards B, y at right angles towards C. */
export type Place = readonly [x: number, y: number];

/** What a plane is scored on, and where; with `statistics`, running statistics are recomputed at every point. */
export interface PlaneTask extends ScoreTask {
  /** Of the grid, along x and along y. */
  readonly points: number;
  /** How far the grid goes beyond the triangle on each side, as a fraction of the triangle's extent there. */
  readonly margin: number;
}

/** Errors (fractions) and mean losses on a grid, `[y][x]`; outside the triangle a variance may be negative and a loss NaN. */
export interface Plane extends Measured<readonly (readonly number[])[]> {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly places: { readonly [K in keyof Corners]: Place };
}

/**
 * Scores a grid of the plane through three networks with one program. Every value of a point, running statistics too, is
 * the combination of the corners' that leads there. Throws `usage` where the networks lie on one line.
 */
export function scorePlane(engine: Engine, task: PlaneTask, corners: Corners): Plane {
  const { a, b, c } = corners;
  const places = placesOf(task.model, corners);
  const along = (axis: 0 | 1) =>
    spread(
      Object.values<Place>(places).map((place) => place[axis]),
      task,
    );
  const [xs, ys] = [along(0), along(1)];
  const scorer = openScorer(engine, task, unionMask([a, b, c]));
  const scoreAt = (place: Place): Measured<number> => {
    scorer.load(combine([a.weights, b.weights, c.weights], coefficientsAt(place, places)));
    scorer.recompute?.();
    return scorer.score();
  };
  try {
    const rows = ys.map((y) => xs.map((x) => scoreAt([x, y])));
    return { xs, ys, places, ...byMeasure((measure) => rows.map((row) => row.map((score) => score[measure]))) };
  } finally {
    scorer.close();
  }
}

/** Networks nearer to a line than this fraction of their weights' lengths differ from it by rounding alone. */
const FLAT = 2 ** -20;

function placesOf(model: Model, { a, b, c }: Corners): Plane["places"] {
  const [ab, ac] = [b, c].map(({ weights }) => ({ from: a.weights, to: weights }));
  const [base, side] = [lengthOf(model, ab!), lengthOf(model, ac!)];
  const x = innerProduct(model, ab!, ac!) / base;
  const height = Math.sqrt(side * side - x * x);
  const weights = lengthOf(model, { from: null, to: a.weights });
  const smallest = FLAT * Math.sqrt(weights * weights + base * base + side * side);
  if (!(base > smallest && height > smallest))
    fail("usage", "plane", { rule: "the three networks must not lie on one line", remedy: "Choose another third one" });
  return { a: [0, 0], b: [base, 0], c: [x, height] };
}

/** The grid's coordinates along an axis on which the corners have these; exactly from the least to the greatest without a margin. */
function spread(values: readonly number[], { points, margin }: PlaneTask): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [from, to] = [low - margin * (high - low), high + margin * (high - low)];
  return evenAlphas(points).map((alpha) => (1 - alpha) * from + alpha * to);
}

/** Of A, B and C, at a place; they add up to 1. */
function coefficientsAt([x, y]: Place, { b, c }: Plane["places"]): number[] {
  const third = y / c[1];
  const second = (x - third * c[0]) / b[0];
  return [1 - second - third, second, third];
}
