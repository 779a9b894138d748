/** The way that training takes through weight space: how long its updates are, and how they turn. */
import { fail } from "../base/errors.ts";
import type { Model } from "../model/model.ts";
import type { Weights } from "../model/network.ts";
import { cosineOf, degrees, lengthOf, type Update } from "./updates.ts";

/** Geometry of n networks of one training, over trained values; an angle at an update of zero is NaN. */
export interface Trajectory {
  /** `[n - 1]`: L2 length of each update. */
  readonly lengths: readonly number[];
  /** `[n]`: L2 distance of each network from the first. */
  readonly distances: readonly number[];
  /** `[n - 2]`: cosine between each update and the next. */
  readonly cosines: readonly number[];
  /** `[n - 2]`: the same in degrees. */
  readonly angles: readonly number[];
  /** `[n]`: angle between each network and the first, seen from 0, in degrees. */
  readonly rotations: readonly number[];
}

/** The trajectory through networks at increasing iterations; throws `usage` for fewer than two. */
export function trajectory(model: Pick<Model, "parameters">, networks: readonly Weights[]): Trajectory {
  const [first] = networks;
  if (!first || networks.length < 2) fail("usage", "trajectory", { rule: "needs two networks", got: networks.length });
  const updates = networks.slice(1).map((to, index): Update => ({ from: networks[index]!, to }));
  const cosines = updates.slice(1).map((update, index) => cosineOf(model, updates[index]!, update));
  const fromZero = (to: Weights): Update => ({ from: null, to });
  return {
    lengths: updates.map((update) => lengthOf(model, update)),
    distances: networks.map((to) => lengthOf(model, { from: first, to })),
    cosines,
    angles: cosines.map(degrees),
    rotations: networks.map((to) => degrees(cosineOf(model, fromZero(first), fromZero(to)))),
  };
}
