/** Correlations of predicted and given numbers, as STS-B is scored by. */

/**
 * Pearson's coefficient of two rows of numbers of one length; null where one of them is constant, of which it says nothing.
 * Two passes in float64, in the order given.
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const [left, right] = [centred(a), centred(b)];
  let [product, squares, others] = [0, 0, 0];
  for (let i = 0; i < left.length; i++) {
    product += left[i]! * right[i]!;
    squares += left[i]! * left[i]!;
    others += right[i]! * right[i]!;
  }
  if (squares === 0 || others === 0) return null;
  return Math.max(-1, Math.min(1, product / Math.sqrt(squares * others)));
}

/** Spearman's coefficient: Pearson's of the ranks, equal numbers sharing the mean of theirs; null as {@link pearson}. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  return pearson(ranks(a), ranks(b));
}

/** The numbers around their mean; all 0 where they are equal, whatever their mean is rounded to. */
function centred(values: ArrayLike<number>): Float64Array {
  const made = Float64Array.from(values);
  if (made.every((value) => value === made[0])) return made.fill(0);
  const mean = made.reduce((sum, value) => sum + value, 0) / made.length;
  return made.map((value) => value - mean);
}

/** Ranks from 1. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const made = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) made[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return made;
}
