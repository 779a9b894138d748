/**
 * Weight matching (Ainsworth, Hayase & Srinivasa 2023, algorithm 1): permutations of b that raise the inner product of
 * its trained values with those of a, one group of channels at a time, until no group can be improved.
 */
import { randomStream } from "../base/random.ts";
import type { Engine } from "../engine/engine.ts";
import { createGraph } from "../graph/graph.ts";
import { sizeOf } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import { isTrained, type Weights } from "../model/network.ts";
import { pad, unpackValues } from "../program/buffers.ts";
import { compile } from "../program/compile.ts";
import { assign } from "./assignment.ts";
import { type PermutationGroup, type Permutations, permutationGroups, rename } from "./permutations.ts";

/** The weights to match, b to a. */
export interface WeightEnds {
  readonly a: Weights;
  readonly b: Weights;
}

/** Permutations of b by weight matching, for every group of the model; `seed` draws the order in which groups are visited. */
export function matchWeights(
  engine: Engine,
  { model, seed }: { readonly model: Model; readonly seed: number },
  { a, b }: WeightEnds,
): Permutations {
  const groups = trainedAxes(model, permutationGroups(model));
  const permutations: Int32Array[] = groups.map(({ size }) => Int32Array.from({ length: size }, (_, i) => i));
  const visit = (g: number): boolean => {
    const group = groups[g]!;
    const own = channelVectors(model, group, a);
    const others = permutations.map((permutation, h) => (h === g ? permutation.map((_, i) => i) : permutation));
    const vectors = channelVectors(model, group, rename(model, pick(b, group), { groups, permutations: others }));
    const found = assign(innerProducts(engine, group.size, { a: own, b: vectors }), group.size);
    if (!rises(own, vectors, { from: permutations[g]!, to: found })) return false;
    permutations[g] = found;
    return true;
  };
  const numbers = Int32Array.from(groups, (_, g) => g);
  for (let sweep = 0, moves = true; moves; sweep++) {
    const order = randomStream({ seed, stream: "noise", replicate: 0, step: sweep, item: 0 }).shuffle(numbers.slice());
    moves = Array.from(order, visit).includes(true);
  }
  return permutations;
}

/** Running statistics follow the weights: they are no part of the inner product. */
function trainedAxes(model: Model, groups: readonly PermutationGroup[]): PermutationGroup[] {
  const trained = new Set(model.parameters.filter(isTrained).map(({ name }) => name));
  return groups.map(({ size, axes }) => ({ size, axes: axes.filter(({ parameter }) => trained.has(parameter)) }));
}

function pick(weights: Weights, { axes }: PermutationGroup): Weights {
  return new Map(axes.map(({ parameter }) => [parameter, weights.get(parameter)!]));
}

/** All that belongs to each channel of a group: `[size][entries padded to 16]`, padding +0. */
function channelVectors({ parameters }: Model, { size, axes }: PermutationGroup, weights: Weights): Float32Array {
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const parts = axes.map(({ parameter, axis, start, run }) => {
    const [shape, values] = [shapes.get(parameter)!, weights.get(parameter)!];
    const inner = sizeOf(shape.slice(axis + 1));
    return { values, first: start * inner, length: run * inner, row: shape[axis]! * inner };
  });
  const entries = pad(parts.reduce((sum, { values, length, row }) => sum + (values.length / row) * length, 0));
  const vectors = new Float32Array(size * entries);
  for (let channel = 0; channel < size; channel++) {
    let place = channel * entries;
    for (const { values, first, length, row } of parts)
      for (let from = first + channel * length; from < values.length; from += row)
        for (let i = 0; i < length; i++) vectors[place++] = values[from + i]!;
  }
  return vectors;
}

/** `[size * size]`, of each vector of a with each of b: the weight gradient of a layer whose batch is the entries. */
function innerProducts(engine: Engine, size: number, { a, b }: { a: Float32Array; b: Float32Array }): Float32Array {
  const graph = createGraph();
  const [dy, x] = ["a", "b"].map((name) => graph.node("input", [], { name, shape: [size], lanes: true }));
  const w = graph.node("parameter", [], { name: "products", shape: [size, size] });
  const products = graph.node("linear_weight_gradient", [dy!, x!, w], {});
  const program = compile({ evaluate: { graph: graph.finish({ products }), batch: a.length / size } });
  const { inputs, outputs } = program.sections.evaluate!;
  const instance = engine.open(program);
  try {
    instance.write(inputs.get("a")!, a);
    instance.write(inputs.get("b")!, b);
    instance.run("evaluate");
    return unpackValues(program.parameters.get("products")!.storage, instance.read(outputs.get("products")!));
  } finally {
    instance.close();
  }
}

/** Whether the inner product rises, added in float64 and by more than such sums are off, so that the search ends. */
function rises(a: Float32Array, b: Float32Array, { from, to }: { from: Int32Array; to: Int32Array }): boolean {
  const entries = a.length / from.length;
  let [gain, size] = [0, 0];
  for (let channel = 0; channel < from.length; channel++) {
    const [own, old, found] = [channel * entries, from[channel]! * entries, to[channel]! * entries];
    for (let i = 0; i < entries && old !== found; i++) {
      const change = a[own + i]! * (b[found + i]! - b[old + i]!);
      gain += change;
      size += Math.abs(change);
    }
  }
  return gain > 1e-12 * size;
}
