/**
 * Burkholz 2022, "Most activation functions can win the lottery without excessive depth": L + 1 random layers for the L of a
 * target, biases included; weights uniform in [-bound, bound), those of the first layer and biases in [-1, 1).
 *
 * The first target layer is a gadget as Pensia's, whose out-layer builds rho independent copies of every neuron. From then
 * on there is no layer between: a neuron adds up, for each of its inputs, the subset of the rho copies whose random weights
 * come nearest to the target weight. Every hidden layer has units without in-weights, whose random biases, where they are
 * above 0, are constants; the layer behind takes the subset of them whose products come nearest to its bias. Here it differs
 * from the released code, which draws a weight's candidates anew where they do not fit: this network is drawn once.
 */
import { unitsOf } from "./gadget.ts";
import { lengthOf } from "./numbers.ts";
import { errorOf, type Part, type PartJob } from "./parts.ts";
import { type Draw, lineOf, uniform } from "./random.ts";
import { type EntryList, entryList, layerOf, type SparseLayer } from "./sparse.ts";
import { createSubsetSolver, nearestOf } from "./subset-sum.ts";
import type { Compiled, TargetLayer } from "./target.ts";

export interface BurkholzOptions {
  readonly draw: Draw;
  readonly epsilon: number;
  /** Units of every input of the gadget, and constants of every layer. */
  readonly units: number;
  /** What weights of the target do not exceed. */
  readonly bound: number;
  /** Copies of every hidden neuron. */
  readonly copies: number;
  /** Whether inputs may be negative. */
  readonly signed: boolean;
}

/** Where the biases of a layer are in the addresses of its weights: a line that no neuron has. */
const BIAS_LINE = 2 ** 31;

/** What a neuron may add up for one target weight: places in the layer before, and what a weight there is worth. */
interface Block {
  readonly column: Int32Array;
  /** How much of the target's input one unit of weight there passes on. */
  readonly worth: Float64Array;
}

/** What the layer before gives: blocks for every input (two where it may be negative), and for the constant 1. */
interface Source {
  readonly width: number;
  /** Units that stand for one input. */
  readonly perInput: number;
  readonly blocks: readonly (readonly Block[])[];
  readonly constants: Block;
  /** Of the units of that layer, 0 but for the constants. */
  readonly bias: Float32Array;
}

/** Puts the neurons of a target together behind their gadget, inside one random network. */
export function assembleBurkholz(
  target: readonly TargetLayer[],
  options: BurkholzOptions,
  parts: readonly (readonly Part[])[],
): Compiled {
  const sources = target.map((_, layer) => sourceOf(target, layer, options));
  const counts = target.map((_, layer) => countsOf(target, layer, options));
  const [{ inputs }, { units }] = [target[0]!, options];
  const [first] = sources as [Source];
  const layers = target.map((_, layer) => {
    const entries = parts[layer]!.map((part) => part.entries[0]!);
    const { outputs, bias } = { outputs: widthOf(target, layer, options), bias: sources[layer + 1]?.bias };
    return layerOf(entries, { outputs, inputs: sources[layer]!.width, bias });
  });
  const sum = (of: "randomParameters" | "candidates") => counts.reduce((total, each) => total + each[of], 0);
  return {
    layers: [gadgetLayer(inputs, first, { units, read: layers[0]! }), ...layers],
    errors: parts.map((own) => errorOf(own, options.epsilon)),
    stretch: parts.map((own) => lengthOf(joined(own.map(({ magnitudes }) => magnitudes!)))),
    randomParameters: first.width * (inputs + 1) + sum("randomParameters"),
    candidates: (inputs + 1) * units + sum("candidates"),
  };
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  return Float32Array.from(arrays.flatMap((array) => [...array]));
}

/** What a target layer reads: the gadget's units before the first, copies of the neurons before it behind that. */
function sourceOf(
  target: readonly TargetLayer[],
  layer: number,
  { draw, units, copies, signed }: BurkholzOptions,
): Source {
  const { inputs } = target[layer]!;
  const perInput = layer === 0 ? units : copies;
  const width = inputs * perInput + units;
  const blocks = Array.from({ length: inputs }, (_, input): Block[] =>
    layer === 0 ? unitBlocks(input, { draw, units, signed }) : [copiesOf(input, copies)],
  );
  return { width, perInput, blocks, ...constantsOf({ draw, layer, width, units }) };
}

/** The units of the gadget that read an input: those that fire where it is above 0, and those where it is below. */
function unitBlocks(input: number, { draw, units, signed }: Pick<BurkholzOptions, "draw" | "units" | "signed">) {
  const gadget = { inWeight: uniform };
  const sides = unitsOf(lineOf(draw, 0, input), { units, offset: input * units, signed, gadget });
  return sides.map(({ count, index, inWeights }) => ({
    column: index.slice(0, count).map((unit) => input * units + unit),
    worth: inWeights.slice(0, count),
  }));
}

/** The gadget's layer: the units that the layer behind reads, and its constants. */
function gadgetLayer(
  inputs: number,
  { width, blocks, bias }: Source,
  { units, read }: { readonly units: number; readonly read: SparseLayer },
): SparseLayer {
  const list = entryList();
  for (const { column, worth } of blocks.flat()) {
    column.forEach((unit, m) => {
      if (read.starts[unit + 1]! > read.starts[unit]!) list.add(unit, Math.floor(unit / units), worth[m]!);
    });
  }
  return layerOf([list.entries()], { outputs: width, inputs, bias });
}

/** Copies of each neuron of a target layer: the last is read by nothing, and has one. */
function copiesAt(target: readonly TargetLayer[], layer: number, { copies }: BurkholzOptions): number {
  return layer === target.length - 1 ? 1 : copies;
}

/** Units of the random layer in which a target layer's neurons are, constants included. */
function widthOf(target: readonly TargetLayer[], layer: number, options: BurkholzOptions): number {
  const constants = layer === target.length - 1 ? 0 : options.units;
  return target[layer]!.outputs * copiesAt(target, layer, options) + constants;
}

/** Weights and biases of a random layer, and those of them that the construction may use. */
function countsOf(target: readonly TargetLayer[], layer: number, options: BurkholzOptions) {
  const { outputs, inputs, bias } = target[layer]!;
  const { units, copies } = options;
  const perInput = layer === 0 ? units : copies;
  const [width, rows] = [widthOf(target, layer, options), outputs * copiesAt(target, layer, options)];
  return {
    randomParameters: width * (inputs * perInput + units + 1),
    candidates: rows * (inputs * perInput + (bias ? units : 0)) + (width - rows),
  };
}

/** The last `units` units of a layer: their biases, of which those above 0 are constants behind the ReLU. */
function constantsOf({ draw, layer, width, units }: { draw: Draw; layer: number; width: number; units: number }) {
  const words = new Uint32Array(units);
  lineOf(draw, layer, BIAS_LINE).fill(words, width - units);
  const bias = new Float32Array(width);
  const column: number[] = [];
  words.forEach((word, j) => {
    if (uniform(word) <= 0) return;
    bias[width - units + j] = uniform(word);
    column.push(width - units + j);
  });
  const constants = { column: Int32Array.from(column), worth: Float64Array.from(column, (c) => bias[c]!) };
  return { constants, bias };
}

/** Some neurons of a target layer, each as often as the layer behind reads copies of it. */
export function buildNeurons(
  target: readonly TargetLayer[],
  options: BurkholzOptions,
  { layer, from, to }: Pick<PartJob, "layer" | "from" | "to">,
): Part {
  const { inputs, weights, bias } = target[layer]!;
  const { draw, epsilon, bound } = options;
  const source = sourceOf(target, layer, options);
  const each = copiesAt(target, layer, options);
  const list = entryList();
  const errors = new Float64Array((to - from) * each * (inputs + (bias ? 1 : 0)));
  // Of a neuron and an input the most that any copy keeps: copies of the input err apart, each by as much as the worst.
  const magnitudes = new Float32Array((to - from) * inputs);
  const words = new Uint32Array(source.width);
  const choose = createChooser({ list, words, epsilon, bound });
  let built = 0;
  for (let row = from * each; row < to * each; row++) {
    const output = Math.floor(row / each);
    lineOf(draw, layer + 1, row).fill(words, 0);
    for (let input = 0; input < inputs; input++) {
      const at = (output - from) * inputs + input;
      const chosen = source.blocks[input]!.map((block) => choose(row, block, weights[output * inputs + input]!));
      errors[built++] = Math.max(...chosen.map(({ distance }) => distance));
      magnitudes[at] = Math.max(magnitudes[at]!, ...chosen.map(({ magnitude }) => magnitude));
    }
    if (bias) errors[built++] = choose(row, source.constants, bias[output]!).distance;
  }
  return { entries: [list.entries()], errors, magnitudes };
}

/** The copies of a neuron, each of which is the whole of it. */
function copiesOf(neuron: number, copies: number): Block {
  return {
    column: Int32Array.from({ length: copies }, (_, copy) => neuron * copies + copy),
    worth: new Float64Array(copies).fill(1),
  };
}

/** What was kept for a weight: how far its sum is from it, and what its parts add up to without their signs. */
interface Chosen {
  readonly distance: number;
  readonly magnitude: number;
}

/** Adds to a row the subset of a block nearest to a weight. */
function createChooser({
  list,
  words,
  epsilon,
  bound,
}: {
  list: EntryList;
  words: Uint32Array;
  epsilon: number;
  bound: number;
}) {
  const solver = createSubsetSolver();
  let products = new Float64Array(64);
  return (row: number, { column, worth }: Block, weight: number): Chosen => {
    if (column.length > products.length) products = new Float64Array(column.length);
    for (let m = 0; m < column.length; m++) products[m] = worth[m]! * bound * uniform(words[column[m]!]!);
    const { members, count, sum } = nearestOf(solver, { numbers: products, count: column.length, epsilon }, weight);
    let magnitude = 0;
    for (let m = 0; m < count; m++) {
      magnitude += Math.abs(products[members[m]!]!);
      const at = column[members[m]!]!;
      list.add(row, at, bound * uniform(words[at]!));
    }
    return { distance: Math.abs(sum - weight), magnitude };
  };
}
