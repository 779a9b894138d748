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
import { type Draw, lineOf, uniform } from "./random.ts";
import { type LayerBuilder, layerBuilder, type SparseLayer } from "./sparse.ts";
import { createSubsetSolver, nearestOf } from "./subset-sum.ts";
import { type Compiled, errorTally, frobenius, type TargetLayer } from "./target.ts";

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
}

/** Builds a target inside one random network. */
export function compileBurkholz(target: readonly TargetLayer[], options: BurkholzOptions): Compiled {
  const first = openGadget(target[0]!, options);
  const layers: SparseLayer[] = [];
  const errors = [];
  const stretch = [];
  const counts = [first.counts];
  let source: Source = first.source;
  const usedUnits = new Set<number>();
  for (const [index, layer] of target.entries()) {
    const last = index === target.length - 1;
    const built = buildNeurons(layer, source, { ...options, layer: index + 1, last });
    if (index === 0) for (const column of built.columns) usedUnits.add(column);
    layers.push(built.layer);
    errors.push(built.error);
    stretch.push(built.stretch);
    counts.push(built.counts);
    source = built.source;
  }
  const sum = (of: "randomParameters" | "candidates") => counts.reduce((total, each) => total + each[of], 0);
  const gadget = first.build(usedUnits);
  return {
    layers: [gadget, ...layers],
    errors,
    stretch,
    randomParameters: sum("randomParameters"),
    candidates: sum("candidates"),
  };
}

/** The hidden layer before the first target layer: blocks of units that read one input, and constants. */
function openGadget({ inputs }: TargetLayer, { draw, units, signed }: BurkholzOptions) {
  const gadget = { inWeight: uniform };
  const sides = Array.from({ length: inputs }, (_, input) =>
    unitsOf(lineOf(draw, 0, input), { units, offset: input * units, signed, gadget }),
  );
  const blocks = sides.map((both, input): Block[] =>
    both.map(({ count, index, inWeights }) => ({
      column: index.slice(0, count).map((unit) => input * units + unit),
      worth: inWeights.slice(0, count),
    })),
  );
  const width = (inputs + 1) * units;
  const { constants, bias } = constantsOf({ draw, layer: 0, width, units });
  const inWeightOf = new Map(blocks.flat().flatMap(({ column, worth }) => [...column].map((c, m) => [c, worth[m]!])));
  const build = (used: ReadonlySet<number>): SparseLayer => {
    const builder = layerBuilder(width, inputs);
    for (const [column, weight] of inWeightOf) {
      if (used.has(column)) builder.add(column, Math.floor(column / units), weight);
    }
    return builder.build(bias);
  };
  const counts = { randomParameters: width * (inputs + 1), candidates: (inputs + 1) * units };
  return { source: { width, perInput: units, blocks, constants } satisfies Source, build, counts };
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

/** Every neuron of a target layer, as often as the layer behind reads copies of it. */
function buildNeurons(
  target: TargetLayer,
  source: Source,
  {
    draw,
    layer,
    units,
    copies,
    epsilon,
    bound,
    last,
  }: BurkholzOptions & { readonly layer: number; readonly last: boolean },
) {
  const { outputs, inputs, weights, bias } = target;
  const each = last ? 1 : copies;
  const width = outputs * each + (last ? 0 : units);
  const builder = layerBuilder(width, source.width);
  const tally = errorTally(epsilon);
  // Of a neuron and an input the most that any copy keeps: copies of the input err apart, each by as much as the worst.
  const kept = new Float32Array(outputs * inputs);
  const columns = new Set<number>();
  const words = new Uint32Array(source.width);
  const choose = createChooser({ builder, columns, words, epsilon, bound });
  for (let row = 0; row < outputs * each; row++) {
    const output = Math.floor(row / each);
    lineOf(draw, layer, row).fill(words, 0);
    for (let input = 0; input < inputs; input++) {
      const at = output * inputs + input;
      const chosen = source.blocks[input]!.map((block) => choose(row, block, weights[at]!));
      tally.add(Math.max(...chosen.map(({ distance }) => distance)));
      kept[at] = Math.max(kept[at]!, ...chosen.map(({ magnitude }) => magnitude));
    }
    if (bias) tally.add(choose(row, source.constants, bias[output]!).distance);
  }
  const own = last ? null : constantsOf({ draw, layer, width, units });
  const blocks = Array.from({ length: outputs }, (_, output) => [copiesOf(output, each)]);
  return {
    layer: builder.build(own?.bias ?? null),
    error: tally.done(),
    stretch: frobenius(kept),
    columns,
    source: { width, perInput: each, blocks, constants: own?.constants ?? source.constants } satisfies Source,
    counts: {
      randomParameters: width * (source.width + 1),
      candidates: outputs * each * (inputs * source.perInput + (bias ? units : 0)) + (last ? 0 : units),
    },
  };
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
  builder,
  columns,
  words,
  epsilon,
  bound,
}: {
  builder: LayerBuilder;
  columns: Set<number>;
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
      builder.add(row, at, bound * uniform(words[at]!));
      columns.add(at);
    }
    return { distance: Math.abs(sum - weight), magnitude };
  };
}
