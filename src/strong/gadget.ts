/**
 * The two random layers that stand for one layer of a target (Malach et al. 2020, Orseau et al. 2020, Pensia et al. 2020):
 * for every input i a block of k hidden units that read it alone, h = relu(u x_i), whose outputs an output o adds as v h.
 *
 * For x_i >= 0 the units with u > 0 give u v x_i, so those that o keeps must have products u v that add up to its weight;
 * for x_i < 0 the units with u < 0 do the same. The first random layer is `[k * inputs, inputs]`, of which the blocks'
 * k * inputs entries may be used; the second is `[outputs, k * inputs]`. Neither is ever there as a whole.
 */
import type { Part } from "./parts.ts";
import { type Draw, type Line, lineOf } from "./random.ts";
import { entryList } from "./sparse.ts";
import type { TargetLayer } from "./target.ts";

/** One input's units of one sign: their numbers in the block, and their in-weights. */
export interface Units {
  readonly count: number;
  readonly index: Int32Array;
  readonly inWeights: Float64Array;
  /** The sign of their in-weights, and so of the inputs at which they fire. */
  readonly sign: 1 | -1;
  /** All units of the block, of both signs. */
  readonly block: number;
}

/** Which units an output keeps for a weight. */
export interface Choice {
  /** Positions in {@link Units}, of which the first `count` are valid until the next choice. */
  readonly members: Int32Array;
  count: number;
  /** The sum of the products of the kept units. */
  sum: number;
}

/** How a construction draws weights and keeps units; every construction makes one of its own, with its memory. */
export interface Gadget {
  /** The weight of a word of the first layer, exact in float32. */
  inWeight(word: number): number;
  /** The weight of a word of the second layer, exact in float32. */
  outWeight(word: number): number;
  /** Prepares for the units of an input; every choice until the next call is among them. */
  open?(units: Units): void;
  /** Keeps units for one weight; `line` holds the output's random weights, the block's from `offset`. */
  choose(weight: number, place: { readonly line: Line; readonly offset: number }): Choice;
}

/** Where a target layer lies in the random network, and how it is built. */
export interface GadgetOptions {
  readonly draw: Draw;
  /** The index of the first of its two layers in the random network. */
  readonly layer: number;
  /** Units of every input. */
  readonly units: number;
  /** Whether inputs may be negative. */
  readonly signed: boolean;
  readonly gadget: Gadget;
  /** The first input. */
  readonly from: number;
  /** The input behind the last. */
  readonly to: number;
}

/** What stands for some inputs of one target layer without biases: entries of its two layers, errors by input and output. */
export function buildInputs(
  { outputs, inputs, weights }: Pick<TargetLayer, "outputs" | "inputs" | "weights">,
  { draw, layer, units, signed, gadget, from, to }: GadgetOptions,
): Part {
  const [first, second] = [entryList(), entryList()];
  const lines = Array.from({ length: outputs }, (_, output) => lineOf(draw, layer + 1, output));
  const errors = new Float64Array((to - from) * outputs);
  const used = new Uint8Array(units);
  for (let input = from; input < to; input++) {
    const offset = input * units;
    const own = errors.subarray((input - from) * outputs, (input - from + 1) * outputs);
    for (const side of unitsOf(lineOf(draw, layer, input), { units, offset, signed, gadget })) {
      gadget.open?.(side);
      used.fill(0);
      for (let output = 0; output < outputs; output++) {
        const line = lines[output]!;
        const weight = weights[output * inputs + input]!;
        const { members, count, sum } = gadget.choose(weight, { line, offset });
        own[output] = Math.max(own[output]!, Math.abs(sum - weight));
        for (let m = 0; m < count; m++) {
          const unit = side.index[members[m]!]!;
          second.add(output, offset + unit, gadget.outWeight(line.word(offset + unit)));
          used[members[m]!] = 1;
        }
      }
      for (let m = 0; m < side.count; m++) {
        if (used[m]) first.add(offset + side.index[m]!, input, side.inWeights[m]!);
      }
    }
  }
  return { entries: [first.entries(), second.entries()], errors };
}

/**
 * The units of one input by the sign of their in-weights: those above 0, and, where inputs may be negative, those below.
 * The first layer is addressed by column, word `offset + j` of column i being the weight of its unit j.
 */
export function unitsOf(
  line: Line,
  {
    units,
    offset,
    signed,
    gadget,
  }: Pick<GadgetOptions, "units" | "signed"> & {
    readonly offset: number;
    readonly gadget: Pick<Gadget, "inWeight">;
  },
): Units[] {
  const words = new Uint32Array(units);
  line.fill(words, offset);
  const signs: readonly (1 | -1)[] = signed ? [1, -1] : [1];
  return signs.map((sign) => {
    const [index, inWeights] = [new Int32Array(units), new Float64Array(units)];
    let count = 0;
    for (let unit = 0; unit < units; unit++) {
      const weight = gadget.inWeight(words[unit]!);
      if (weight * sign <= 0) continue;
      index[count] = unit;
      inWeights[count++] = weight;
    }
    return { count, index, inWeights, sign, block: units };
  });
}

/** Weights of the two random layers of a target layer, and those of them in its blocks. */
export function countsOf(
  { outputs, inputs }: Pick<TargetLayer, "outputs" | "inputs">,
  units: number,
): { readonly randomParameters: number; readonly candidates: number } {
  const hidden = units * inputs;
  return { randomParameters: hidden * (inputs + outputs), candidates: hidden * (1 + outputs) };
}

/** What a target asks of the gadgets that build its weights. */
export interface Precision {
  /** How far a weight may be from what it stands for. */
  readonly epsilon: number;
  /** The probability with which any of them may be further. */
  readonly delta: number;
  /** How many weights the target has. */
  readonly weights: number;
  /** The largest magnitude of a weight; absent: 1. */
  readonly bound?: number;
  /** 2 where inputs may be negative, which the constant of `pensia` and `burkholz` covers; absent: 1. */
  readonly sides?: 1 | 2;
}
