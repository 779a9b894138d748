/** Random masks of a given density, for looking at and timing networks that nobody has pruned. */
import { fail } from "../base/errors.ts";
import { sizeOf } from "../graph/types.ts";
import type { Mask, Parameter } from "../model/network.ts";
import { type MaskKey, randomMask } from "./masks.ts";

/**
 * A random mask that keeps the fraction `density` of every prunable layer, rounded to whole weights.
 * Throws `usage` for a density outside (0, 1].
 */
export function uniformMask(parameters: readonly Parameter[], density: number, key: MaskKey): Mask {
  if (!(density > 0 && density <= 1)) fail("usage", "density", { rule: "must lie in (0, 1]", got: density });
  const like = parameters
    .filter(({ prunable }) => prunable)
    .map(({ name, shape }): [string, Uint8Array] => {
      const size = sizeOf(shape);
      return [name, new Uint8Array(size).fill(1, 0, Math.round(density * size))];
    });
  return randomMask(new Map(like), key);
}
