/**
 * Orseau, Hutter and Rivasplata 2020, "Logarithmic pruning is all you need": products of hyperbolic law, one from each of K
 * buckets whose ends are powers of the golden ratio, taken greedily.
 *
 * With phi = (1 + sqrt 5) / 2 and the weight's magnitude r in [0, 1] of its bound, bucket i holds [phi^-(i+2), phi^-(i+1)]. Going
 * through the buckets, a product that is at most r is kept and taken off r. Then r <= phi^-i before bucket i: if the product
 * is kept, r - phi^-(i+2) <= phi^-i - phi^-(i+2) = phi^-(i+1), else r is below it. So phi^-K is left. (The buckets
 * [phi^-(i+1), phi^-i] do not do: a product just above r leaves all of r.)
 *
 * In-weights are log-uniform over one step of phi, out-weights a power of 1 / phi, each of K as likely as the others, all with
 * random signs; so products are exactly hyperbolic, p(w) ~ 1 / |w|, and the out-weight alone decides the bucket.
 */
import { exp, log } from "../base/exact.ts";
import type { Choice, Gadget, Precision, Units } from "./gadget.ts";

const PHI = (1 + Math.sqrt(5)) / 2;
const LOG_PHI = log(PHI);

/** How many buckets leave less than epsilon of a weight within `bound`, with room for rounding to float32. */
export function bucketsOf({ epsilon, bound }: { epsilon: number; bound: number }): number {
  let count = 0;
  for (let left = bound * (1 + 1e-5); left > epsilon; left /= PHI) count++;
  return Math.max(1, count);
}

/** What is left of `magnitude` (at most 1) by greedy subtraction of one number a bucket, 0 for a bucket without. */
export function greedy(magnitude: number, samples: ArrayLike<number>): { left: number; kept: number[] } {
  let left = magnitude;
  const kept: number[] = [];
  for (let bucket = 0; bucket < samples.length; bucket++) {
    const sample = samples[bucket]!;
    if (sample <= 0 || sample > left) continue;
    left -= sample;
    kept.push(bucket);
  }
  return { left, kept };
}

/** Units of every input for a target of so many weights; `sides` is 2 where inputs may be negative. */
export function orseauUnits({ epsilon, delta, weights, bound = 1, sides = 1 }: Precision): number {
  const buckets = bucketsOf({ epsilon, bound });
  // A unit is in a bucket with the two signs that a weight needs in one of 4 K cases.
  return Math.ceil(4 * buckets * log((buckets * sides * weights) / delta));
}

/** The gadget for weights within `bound`; where a bucket has no unit, the greedy subtraction goes on without it. */
export function orseauGadget({ epsilon, bound }: { epsilon: number; bound: number }): Gadget {
  const buckets = bucketsOf({ epsilon, bound });
  const powers = Float32Array.from({ length: buckets }, (_, t) => bound * exp(-(t + 1) * LOG_PHI));
  const outWeight = (word: number) => (word & 1 ? -1 : 1) * powers[bucketOf(word, buckets)]!;
  const choice: Choice = { members: new Int32Array(buckets), count: 0, sum: 0 };
  const [first, products] = [new Int32Array(buckets), new Float64Array(buckets)];
  const words = new Uint32Array(64);
  let units: Units | undefined;
  let position = new Int32Array(0);
  return {
    // The lowest bit, which the uniform number does not use, is the sign.
    inWeight: (word) => Math.fround((word & 1 ? -1 : 1) * exp(-(word >>> 8) * 2 ** -24 * LOG_PHI)),
    outWeight,
    open(opened) {
      units = opened;
      position = new Int32Array(opened.block).fill(-1);
      for (let m = 0; m < opened.count; m++) position[opened.index[m]!] = m;
    },
    choose(weight, { line, offset }) {
      const { sign, block, inWeights } = units!;
      const wanted = (weight < 0 ? -1 : 1) * sign;
      first.fill(-1);
      for (let from = 0, missing = buckets; from < block && missing > 0; from += words.length) {
        line.fill(words, offset + from);
        for (let w = 0; w < words.length && from + w < block && missing > 0; w++) {
          const [word, m] = [words[w]!, position[from + w]!];
          const bucket = bucketOf(word, buckets);
          if (m < 0 || first[bucket]! >= 0 || (word & 1 ? -1 : 1) !== wanted) continue;
          first[bucket] = m;
          missing--;
        }
      }
      for (let bucket = 0; bucket < buckets; bucket++) {
        const m = first[bucket]!;
        products[bucket] = m < 0 ? 0 : Math.abs(inWeights[m]!) * powers[bucket]!;
      }
      const { left, kept } = greedy(Math.abs(weight), products);
      choice.count = kept.length;
      kept.forEach((bucket, at) => {
        choice.members[at] = first[bucket]!;
      });
      choice.sum = (weight < 0 ? -1 : 1) * (Math.abs(weight) - left);
      return choice;
    },
  };
}

/** The bucket of an out-weight, 0 the largest. */
export function bucketOf(word: number, buckets: number): number {
  return Math.floor((word >>> 8) * 2 ** -24 * buckets);
}
