/**
 * Randomness has names: every draw belongs to a stream keyed by (seed, stream, replicate, step, item), and comes out
 * the same whatever was drawn elsewhere, on whichever engine or thread.
 *
 * The scheme, which the kernels repeat word for word (all words unsigned 32-bit):
 *
 *     key      = [seed, streamCodes[stream] | item << 8]
 *     counter  = [block, 0, step, replicate]           block = 0, 1, 2, ...
 *     words of the stream = philox(counter, key)[0..3] of block 0, then of block 1, ...
 *     word w of the stream is output word w % 4 of block floor(w / 4)
 *     uniform  = (word >>> 8) * 2^-24
 *
 * `item` tells apart what one step draws several times: layers, tensors, data orders.
 * Golden values of every stream are in golden.ts.
 */

import { checkInteger, checkOneOf } from "./checks.ts";
import { boxMuller } from "./gauss.ts";
import { type Counter, high, type Key, philox } from "./philox.ts";

/** The code of each stream in the key; fixed, because stored results depend on it. */
export const streamCodes = {
  init: 0,
  order: 1,
  augment: 2,
  dropout: 3,
  mask: 4,
  noise: 5,
  split: 6,
  statistics: 7,
} as const;

/** What the randomness is for. */
export type Stream = keyof typeof streamCodes;

/** Names one sequence of random words: seed, replicate and step are 32-bit, item is below 2^24. */
export interface StreamKey {
  /** 32 bits, from 0. */
  readonly seed: number;
  /** What the numbers are for. */
  readonly stream: Stream;
  /** 32 bits, from 0. */
  readonly replicate: number;
  /** 32 bits, from 0: an iteration, a level or a draw. */
  readonly step: number;
  /** From 0 to 2^24 - 1: what within the step. */
  readonly item: number;
}

/** Draws from one stream, each continuing where the last stopped; 2^34 words until it repeats. */
export interface Random {
  /** The next word, 0 to 2^32 - 1. */
  u32(): number;
  /** A multiple of 2^-24 in [0, 1), exact in float32; one word. */
  uniform(): number;
  /** A standard normal in float64; two words for every second call. */
  normal(): number;
  /** An unbiased integer in 0 to n - 1 for n from 1 to 2^32 - 1, unchecked; one word but for rare redraws. */
  below(n: number): number;
  /** Permutes `array` in place, every order equally likely; returns it. */
  shuffle(array: Int32Array): Int32Array;
}

const word = { min: 0, max: 2 ** 32 - 1 } as const;

/** The Philox key of a stream and the counter of its block 0; throws `usage` on a field out of range or another stream. */
export function streamKey(name: StreamKey): { key: Key; counter: Counter } {
  const seed = checkInteger("seed", name.seed, word);
  const step = checkInteger("step", name.step, word);
  const replicate = checkInteger("replicate", name.replicate, word);
  const item = checkInteger("item", name.item, { min: 0, max: 2 ** 24 - 1 });
  const code = streamCodes[name.stream] ?? checkOneOf("stream", name.stream, Object.keys(streamCodes) as Stream[]);
  return { key: [seed, (code | (item << 8)) >>> 0], counter: [0, 0, step, replicate] };
}

/** Starts the stream of `name` at its first word; throws `usage` on a field out of range or a stream that is none of those. */
export function randomStream(name: StreamKey): Random {
  const u32 = wordSource(name);
  const below = (n: number) => lemire(u32, n);
  return { u32, below, uniform: () => (u32() >>> 8) * 2 ** -24, normal: normals(u32), shuffle: shuffler(below) };
}

function wordSource(name: StreamKey): () => number {
  const { key, counter: start } = streamKey(name);
  const counter: [number, number, number, number] = [...start];
  const words = new Uint32Array(4);
  let next = 4;
  return () => {
    if (next === 4) {
      philox(counter, key, words);
      counter[0] = (counter[0] + 1) >>> 0;
      next = 0;
    }
    return words[next++]!;
  };
}

/** Lemire, "Fast random integer generation in an interval", 2019, algorithm 5. */
function lemire(u32: () => number, n: number): number {
  let x = u32();
  let low = Math.imul(x, n) >>> 0;
  if (low < n) {
    const biased = (2 ** 32 - n) % n;
    while (low < biased) {
      x = u32();
      low = Math.imul(x, n) >>> 0;
    }
  }
  return high(x, n);
}

function normals(u32: () => number): () => number {
  const pair = new Float64Array(2);
  let left = 0;
  return () => {
    if (left === 0) {
      boxMuller(u32(), u32(), pair);
      left = 2;
    }
    return pair[2 - left--]!;
  };
}

/** Fisher-Yates from the end (Durstenfeld 1964). */
function shuffler(below: (n: number) => number): (array: Int32Array) => Int32Array {
  return (array) => {
    for (let i = array.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const held = array[i]!;
      array[i] = array[j]!;
      array[j] = held;
    }
    return array;
  };
}
