/**
 * Criteria that ask two things of a weight at once, such as to be large before and after training (Zhou et al. 2019): one
 * percentile is applied to both, so that either test passes as many weights, and it is the one at which as many pass both as
 * are to be kept.
 *
 * The authors bisect for the percentile, to a ten-thousandth of a percent. Here it is exact: a weight passes both tests up to
 * the lower of its two ranks, so that rank is its score, and pruning by it keeps exactly as many as asked. Where two weights
 * leave at one percentile and one is to stay, the tie is broken as all are.
 */

/** Scores two-sided criteria: the lower of the ranks that a weight's two sizes have, from 1; equal sizes share the highest. */
export function twoSided(sizeOf: (value: number) => number) {
  return (initial: Float32Array, trained: Float32Array): Float32Array => {
    const [first, last] = [initial, trained].map((values) => ranksOf(values.map(sizeOf))) as [
      Float32Array,
      Float32Array,
    ];
    return first.map((rank, i) => Math.min(rank, last[i]!));
  };
}

/** How many values are at most as large as each. Float32 holds ranks of up to 2^24 weights. */
function ranksOf(sizes: Float32Array): Float32Array {
  const sorted = sizes.slice().sort();
  return sizes.map((size) => above(sorted, size));
}

/** The first place of a sorted array whose value is above `size`, by bisection. */
function above(sorted: Float32Array, size: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! > size) high = middle;
    else low = middle + 1;
  }
  return low;
}
