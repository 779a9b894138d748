/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
 * (SC 2011): any block of any stream is computed alone, which is what lets kernels and threads draw in any order.
 */

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** Four 32-bit words. */
export type Counter = readonly [number, number, number, number];

/** Two 32-bit words. */
export type Key = readonly [number, number];

/** Writes the four output words of one block to `out`; all words are unsigned 32-bit. */
export function philox(counter: Counter, key: Key, out: Uint32Array): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = high(multiplier0, c0);
    const low0 = Math.imul(multiplier0, c0);
    const high1 = high(multiplier1, c2);
    const low1 = Math.imul(multiplier1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/**
 * Upper 32 bits of the product of two unsigned 32-bit numbers.
 * A double rounds the product by at most 2^10, so what is left above the exact low half rounds to the high half;
 * four times faster than splitting into 16-bit halves.
 */
export function high(a: number, b: number): number {
  return ((a * b - (Math.imul(a, b) >>> 0)) * 2 ** -32 + 0.5) >>> 0;
}
