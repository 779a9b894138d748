/** The linear assignment problem: which of b belongs to which of a, so that the sum of their gains is greatest. */
import { munkres } from "munkres";
import { fail } from "../base/errors.ts";

/**
 * The permutation p with the greatest sum of `gain[i][p[i]]`, by the Hungarian method (Munkres 1957) in cubic time.
 * @param gain square, row-major, `[size * size]`; throws with code `data` where a value is not finite
 */
export function assign(gain: Float32Array | Float64Array, size: number): Int32Array {
  const wrong = gain.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    fail("data", "align", {
      rule: "products of the networks' values must be finite",
      got: gain[wrong],
      remedy: "Look for a network that diverged",
    });
  const costs = Array.from({ length: size }, (_, row) =>
    Array.from(gain.subarray(row * size, (row + 1) * size), (value) => -value),
  );
  const permutation = new Int32Array(size);
  for (const [row, column] of munkres(costs)) permutation[row] = column;
  return permutation;
}
