/** Mean and standard deviation of each channel of images, which is what they are normalised by. */

import type { ColumnData } from "./table.ts";

/** Per channel, of pixels scaled to 0..1; a channel that never varies deviates by 1, so that dividing does no harm. */
export function channelStatistics(
  images: ColumnData,
  [channels, height, width]: readonly [number, number, number],
): { mean: number[]; std: number[] } {
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  const pixels = height * width;
  for (let at = 0, c = 0; at < images.length; at += pixels, c = (c + 1) % channels) {
    const count = counts[c]!;
    for (let p = at; p < at + pixels; p++) count[images[p]!]!++;
  }
  const each = counts.map(moments);
  return { mean: each.map(({ mean }) => mean), std: each.map(({ std }) => std || 1) };
}

/** Of a histogram of bytes: exact whole-number sums, so that no order of adding matters. */
function moments(count: Float64Array): { mean: number; std: number } {
  const sum = (of: (value: number) => number) => count.reduce((total, n, value) => total + n * of(value), 0);
  const all = sum(() => 1);
  const mean = sum((value) => value) / all;
  return { mean: mean / 255, std: Math.sqrt(Math.max(0, sum((value) => value * value) / all - mean * mean)) / 255 };
}
