/**
 * Malach et al. 2020, "Proving the lottery ticket hypothesis: pruning is all you need": weights uniform in [-1, 1), and for
 * every target weight w one unit with u near |w| and v near sign(w), each within epsilon / 2, so that u v is within epsilon
 * of w. (For weights within another bound than 1, the second layer is uniform in [-bound, bound), and all is relative to it.)
 *
 * A unit is so with probability at least (epsilon / 4)^2, so that one of (16 / epsilon^2) log(1 / delta) is.
 */
import { log } from "../base/exact.ts";
import type { Choice, Gadget, Precision, Units } from "./gadget.ts";
import { uniform } from "./random.ts";

/** Units of every input for a target of so many weights; `sides` is 2 where inputs may be negative. */
export function malachUnits({ epsilon, delta, weights, bound = 1, sides = 1 }: Precision): number {
  return Math.ceil(((16 * bound * bound) / (epsilon * epsilon)) * log((sides * weights) / delta));
}

/** The gadget: the first unit that fits, by the distance of u, or where none does the one whose farther weight is nearest. */
export function malachGadget({ epsilon, bound }: { epsilon: number; bound: number }): Gadget {
  const choice: Choice = { members: new Int32Array(1), count: 0, sum: 0 };
  let units: Units | undefined;
  let order: Float64Array = new Float64Array(0);
  return {
    inWeight: uniform,
    outWeight: (word) => bound * uniform(word),
    open(opened) {
      units = opened;
      order = byMagnitude(opened);
    },
    choose(weight, { line, offset }) {
      const { index, inWeights } = units!;
      const wordAt = (m: number) => line.word(offset + index[m]!);
      const m = nearest({ weight: weight / bound, units: units!, order, wordAt }, epsilon / (2 * bound));
      choice.count = m < 0 ? 0 : 1;
      choice.members[0] = m;
      choice.sum = m < 0 ? 0 : inWeights[m]! * bound * uniform(wordAt(m));
      return choice;
    },
  };
}

interface Search {
  readonly weight: number;
  readonly units: Units;
  /** See {@link byMagnitude}. */
  readonly order: Float64Array;
  /** The word of a unit's out-weight. */
  readonly wordAt: (position: number) => number;
}

/**
 * Walks outwards from the unit whose |u| is nearest to |w|, until one has both weights within `box` or until no |u| can be
 * nearer than the best so far; -1 where there is no unit. So about 2 / box out-weights are drawn of all that there are.
 */
function nearest({ weight, units: { inWeights, sign }, order, wordAt }: Search, box: number): number {
  const [magnitude, wanted] = [Math.abs(weight), (weight < 0 ? -1 : 1) * sign];
  const gap = (at: number) => Math.abs(Math.abs(inWeights[positionOf(order[at]!)]!) - magnitude);
  let above = lowest(order.length, (at) => Math.abs(inWeights[positionOf(order[at]!)]!) >= magnitude);
  let below = above - 1;
  let [best, least] = [-1, Infinity];
  while (below >= 0 || above < order.length) {
    const up = below < 0 || (above < order.length && gap(above) <= gap(below));
    const at = up ? above++ : below--;
    if (gap(at) >= least) break;
    const m = positionOf(order[at]!);
    const distance = Math.max(gap(at), Math.abs(uniform(wordAt(m)) - wanted));
    if (distance < least) [best, least] = [m, distance];
    if (least <= box) break;
  }
  return best;
}

/** Positions are packed behind the in-weight's 23 bits, so that numbers alone are sorted. */
const PLACES = 2 ** 28;

/** Positions of units by rising |u|, each behind its |u| as a whole number. */
function byMagnitude({ count, inWeights }: Units): Float64Array {
  return Float64Array.from({ length: count }, (_, m) => Math.abs(inWeights[m]!) * 2 ** 23 * PLACES + m).sort();
}

function positionOf(key: number): number {
  return key % PLACES;
}

/** The first index for which `holds` is true; true ones follow false ones. */
function lowest(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
