/**
 * Pictures at another size, pixel by pixel as `Image.resize(size, Image.BILINEAR)` of Pillow 11 computes them
 * (src/libImaging/Resample.c): a triangle filter, as wide as a pixel of the smaller picture when it shrinks, so
 * that nothing is skipped. Along rows first, then along columns; Pillow 13 turns that around for pictures that are much taller
 * than wide, which moves some bytes by 1. Bytes are added in whole numbers and rounded after each pass; floats are
 * added in float64 and rounded to float32 after each.
 */

import type { ColumnData } from "../table.ts";

/** Bits of a weight behind the point, for bytes. */
const BITS = 22;

/** What each pixel of an axis is made of: the first pixel, and the weights from there on. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** The planes of many pictures, `[planes][height][width]`. */
interface Planes {
  readonly data: ColumnData;
  readonly height: number;
  readonly width: number;
}

/** Brings planes of `from` to `size` by `size` pixels, into `to`, `[planes][size][size]` of the same type. */
export function resizePlanes({ data, height, width }: Planes, size: number, to: ColumnData): void {
  const isBytes = data instanceof Uint8Array;
  const across = axisOf(width, size, isBytes);
  const down = axisOf(height, size, isBytes);
  const between = isBytes ? new Uint8Array(height * size) : new Float32Array(height * size);
  const planes = data.length / (height * width);
  for (let plane = 0; plane < planes; plane++) {
    const of = { source: data, at: plane * height * width, lines: height, next: width, step: 1 };
    pass(of, across, { target: between, at: 0, next: size, step: 1 });
    const rows = { source: between, at: 0, lines: size, next: 1, step: size };
    pass(rows, down, { target: to, at: plane * size * size, next: 1, step: size });
  }
}

interface Lines {
  readonly source: ColumnData;
  readonly at: number;
  readonly lines: number;
  /** From line to line, and from pixel to pixel of a line. */
  readonly next: number;
  readonly step: number;
}

interface Target {
  readonly target: ColumnData;
  readonly at: number;
  readonly next: number;
  readonly step: number;
}

/** One axis of one plane. */
function pass({ source, at, lines, next, step }: Lines, taps: readonly Taps[], to: Target): void {
  const isBytes = source instanceof Uint8Array;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < taps.length; i++) {
      const { first, weights } = taps[i]!;
      let sum = isBytes ? 1 << (BITS - 1) : 0;
      let from = at + line * next + first * step;
      for (let k = 0; k < weights.length; k++, from += step) sum += source[from]! * weights[k]!;
      to.target[to.at + line * to.next + i * to.step] = isBytes ? Math.min(255, sum >> BITS) : sum;
    }
  }
}

/** The taps of every pixel of an axis of `length` pixels that becomes one of `size`. */
function axisOf(length: number, size: number, isBytes: boolean): readonly Taps[] {
  // An axis that keeps its length is copied.
  if (length === size)
    return Array.from({ length: size }, (_, i) => ({ first: i, weights: [isBytes ? 1 << BITS : 1] }));
  const scale = length / size;
  const support = Math.max(scale, 1);
  return Array.from({ length: size }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(length, Math.trunc(centre + support + 0.5));
    const inverse = 1 / support;
    const raw = Array.from({ length: last - first }, (_, k) => triangle((k + first - centre + 0.5) * inverse));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    const weights = raw.map((weight) => (sum === 0 ? weight : weight / sum));
    return { first, weights: isBytes ? weights.map((weight) => Math.trunc(0.5 + weight * (1 << BITS))) : weights };
  });
}

function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x));
}
