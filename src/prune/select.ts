/** Finding the lowest of many scores without sorting them: counted by the halves of their bits, in linear time. */

import type { Random } from "../base/random.ts";

/** The scores of one layer, and which of its weights there are: 1 for those that count. */
interface Scored {
  readonly scores: Float32Array;
  readonly bits: Uint8Array;
}

/** Values of a half of a float's 32 bits. */
const HALF = 1 << 16;

/**
 * Clears the bits of the `count` lowest scores of the layers together; equal scores go in order of layer and index.
 * `count` must not exceed the number of set bits, and scores of set bits must not be NaN.
 */
export function clearLowest(layers: readonly Scored[], count: number): void {
  if (count === 0) return;
  const upper = nth(countHalves(layers), count);
  const lower = nth(countHalves(layers, upper.bin), upper.rest);
  clearBelow(layers, { threshold: upper.bin * HALF + lower.bin, ties: lower.rest });
}

/** The same with equal scores in random order, over all layers: as by index where the weights are shuffled first. */
export function clearLowestAtRandom(
  layers: readonly Scored[],
  { count, random }: { readonly count: number; readonly random: Random },
): void {
  const total = layers.reduce((sum, { bits }) => sum + bits.length, 0);
  const order = random.shuffle(Int32Array.from({ length: total }, (_, place) => place));
  const shuffled = { scores: new Float32Array(total), bits: new Uint8Array(total) };
  let start = 0;
  for (const { scores, bits } of layers) {
    for (let i = 0; i < bits.length; i++) {
      shuffled.scores[order[start + i]!] = scores[i]!;
      shuffled.bits[order[start + i]!] = bits[i]!;
    }
    start += bits.length;
  }
  clearLowest([shuffled], count);
  start = 0;
  for (const { bits } of layers) {
    for (let i = 0; i < bits.length; i++) bits[i] = shuffled.bits[order[start + i]!]!;
    start += bits.length;
  }
}

/** How many keys of set bits have each upper half or, of those with the upper half `within`, each lower half. */
function countHalves(layers: readonly Scored[], within?: number): Float64Array {
  const counts = new Float64Array(HALF);
  for (const { scores, bits } of layers) {
    const keys = bitsOf(scores);
    for (let i = 0; i < bits.length; i++) {
      if (bits[i] === 0) continue;
      const key = ordered(keys[i]!);
      if (within === undefined) counts[key >>> 16]!++;
      else if (key >>> 16 === within) counts[key & (HALF - 1)]!++;
    }
  }
  return counts;
}

/** The bin that holds entry number `rank` from 1, and its rank in there. */
function nth(counts: Float64Array, rank: number): { bin: number; rest: number } {
  let [bin, rest] = [0, rank];
  while (rest > counts[bin]!) rest -= counts[bin++]!;
  return { bin, rest };
}

function clearBelow(layers: readonly Scored[], { threshold, ties }: { threshold: number; ties: number }): void {
  let left = ties;
  for (const { scores, bits } of layers) {
    const keys = bitsOf(scores);
    for (let i = 0; i < bits.length; i++) {
      if (bits[i] === 0) continue;
      const key = ordered(keys[i]!);
      if (key < threshold || (key === threshold && left-- > 0)) bits[i] = 0;
    }
  }
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length);
}

/** Whole numbers from 0 to 2^32 - 1 in the order of the floats that have these bits; both zeros are one. */
function ordered(bits: number): number {
  return bits < 0x80000000 ? (bits | 0x80000000) >>> 0 : bits === 0x80000000 ? 0x80000000 : ~bits >>> 0;
}
