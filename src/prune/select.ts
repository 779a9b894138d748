/** Finding the lowest of many scores without sorting them: counted by the halves of their bits, in linear time. */

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
