/** The loss on the plane through three networks (Garipov et al. 2018, appendix A.1, "visualization"). */
import { fail } from "../base/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";
import { checkAll } from "../train/open.ts";
import { combine, evenAlphas, unionMask } from "./path.ts";
import { type ByScore, byScore, openScorer, type ScorerOptions } from "./scorer.ts";
import { innerProduct, lengthOf } from "./updates.ts";

/** The networks A, B and C that a plane goes through. */
export interface Corners {
  /** At (0, 0). */
  readonly a: Network;
  /** On the x axis. */
  readonly b: Network;
  /** Above it. */
  readonly c: Network;
}

/** A point of the plane, in L2 distances over trained values: x from A towards B, y at right angles towards C. */
export type PlanePoint = readonly [x: number, y: number];

/** What a plane is scored on, and where; with `statistics`, running statistics are recomputed at every point. */
export interface PlaneOptions extends ScorerOptions {
  /** Points of the grid along x, and as many along y; from 2. */
  readonly points: number;
  /** How far the grid goes beyond the triangle on each side, as a fraction of the triangle's extent there. */
  readonly margin: number;
}

/** Errors and mean losses on a grid, `[y][x]`; NaN where a loss is not finite, as where a variance is negative outside the triangle. */
export interface Plane extends ByScore<readonly (readonly number[])[]> {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly places: { readonly [K in keyof Corners]: PlanePoint };
}

/**
 * Scores a grid of the plane through three networks with one program. Every value of a point, running statistics too, is
 * the combination of the corners' that leads there. Throws `usage` where the networks lie on one line, or a network does not
 * fit its model or data.
 */
export async function scorePlane(engine: Engine, options: PlaneOptions, corners: Corners): Promise<Plane> {
  const { a, b, c } = corners;
  checkAll(options, { a, b, c });
  const places = placesOf(options.model, corners);
  const along = (axis: 0 | 1) =>
    spread(
      Object.values<PlanePoint>(places).map((place) => place[axis]),
      options,
    );
  const [xs, ys] = [along(0), along(1)];
  const scorer = await openScorer(engine, options, { networks: { a, b, c }, mask: unionMask([a, b, c]) });
  const scoreAt = async (point: PlanePoint): Promise<ByScore<number>> => {
    scorer.load(combine([a.weights, b.weights, c.weights], coefficientsAt(point, places)));
    await scorer.recompute?.();
    return scorer.score();
  };
  try {
    const rows: ByScore<number>[][] = [];
    for (const y of ys) {
      const row: ByScore<number>[] = [];
      for (const x of xs) row.push(await scoreAt([x, y]));
      rows.push(row);
    }
    return { xs, ys, places, ...byScore((name) => rows.map((row) => row.map((score) => score[name]))) };
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
function spread(values: readonly number[], { points, margin }: PlaneOptions): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [from, to] = [low - margin * (high - low), high + margin * (high - low)];
  return evenAlphas(points).map((alpha) => (1 - alpha) * from + alpha * to);
}

/** Of A, B and C, at a place; they add up to 1. */
function coefficientsAt([x, y]: PlanePoint, { b, c }: Plane["places"]): number[] {
  const third = y / c[1];
  const second = (x - third * c[0]) / b[0];
  return [1 - second - third, second, third];
}
