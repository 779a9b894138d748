/** Labels that sit beside the ends of lines and do not cover each other. */

/**
 * Moves positions as little as it takes for neighbours to be `gap` apart inside `range`; order is kept.
 * When the range is too short for all, they are spaced evenly over it.
 * @returns the new positions, in the order of the old
 */
export function spread(positions: readonly number[], gap: number, range: readonly [number, number]): number[] {
  const [low, high] = range;
  const count = positions.length;
  const room = count < 2 ? gap : Math.min(gap, (high - low) / (count - 1));
  const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]! || a - b);
  // Without the gaps that precede it, a position only has to be no lower than the one before: isotonic regression.
  const fitted = isotonic(order.map((index, rank) => positions[index]! - rank * room));
  const result = new Array<number>(count);
  for (const [rank, index] of order.entries()) {
    const top = high - (count - 1) * room;
    result[index] = Math.max(low, Math.min(top, fitted[rank]!)) + rank * room;
  }
  return result;
}

/** The nearest non-decreasing sequence in least squares, by pooling adjacent violators. */
function isotonic(values: readonly number[]): number[] {
  const pools: { readonly mean: number; readonly size: number }[] = [];
  for (const value of values) {
    let pool = { mean: value, size: 1 };
    while (pools.length > 0 && pools.at(-1)!.mean > pool.mean) {
      const before = pools.pop()!;
      const size = before.size + pool.size;
      pool = { mean: (before.mean * before.size + pool.mean * pool.size) / size, size };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ mean, size }) => new Array<number>(size).fill(mean));
}

/** At most `count` levels, evenly spread, the first and the last among them. */
export function spreadLevels(levels: readonly number[], count: number): number[] {
  const shown = Math.min(count, levels.length);
  return Array.from(
    { length: shown },
    (_, i) => levels[Math.round((i * (levels.length - 1)) / Math.max(1, shown - 1))]!,
  );
}
