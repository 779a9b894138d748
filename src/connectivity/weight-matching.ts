/**
 * Weight matching (Ainsworth, Hayase & Srinivasa 2023, algorithm 1): permutations of b that raise the inner product of
 * its trained values with those of a, one group of channels at a time, until no group can be improved.
 */
import { randomStream } from "../base/random.ts";
import type { Engine, Instance } from "../engine/engine.ts";
import { createGraph } from "../graph/graph.ts";
import { sizeOf } from "../graph/types.ts";
import type { ChannelGroup } from "../model/channel-groups.ts";
import type { Model } from "../model/model.ts";
import { isTrained, type Weights } from "../model/network.ts";
import { pad, unpackValues } from "../program/buffers.ts";
import { compile } from "../program/compile.ts";
import type { Program } from "../program/program.ts";
import { assign } from "./assignment.ts";
import { type Permutations, permutationGroups, rename } from "./permutations.ts";

/** The weights to match, b to a. */
export interface WeightEnds {
  readonly a: Weights;
  readonly b: Weights;
}

/** Permutations of b by weight matching, for every group of the model; `seed` draws the order in which groups are visited. */
export async function matchWeights(
  engine: Engine,
  { model, seed }: { readonly model: Model; readonly seed: number },
  ends: WeightEnds,
): Promise<Permutations> {
  const groups = trainedAxes(model, permutationGroups(model));
  const products = openProducts(engine);
  const search: Search = { model, groups, sides: groups.map(sidesOf), ends, products, gains: new Map() };
  const permutations: Int32Array[] = groups.map(({ size }) => identity(size));
  const visit = async (g: number): Promise<boolean> => {
    const found = await improve(search, permutations, g);
    if (found) permutations[g] = found;
    return found !== null;
  };
  const numbers = Int32Array.from(groups, (_, g) => g);
  try {
    for (let sweep = 0, moves = true; moves; sweep++) {
      const order = randomStream({ seed, stream: "noise", replicate: 0, step: sweep, item: 0 }).shuffle(
        numbers.slice(),
      );
      moves = false;
      for (const g of order) if (await visit(g)) moves = true;
    }
  } finally {
    products.close();
  }
  return permutations;
}

/** Axes of one group that the same other groups permute: their products change only when one of those moves. */
interface Side extends ChannelGroup {
  readonly neighbours: readonly number[];
}

/** What a search knows; `gains` holds the products of every side whose neighbours have not moved since. */
interface Search {
  readonly model: Model;
  readonly groups: readonly ChannelGroup[];
  readonly sides: readonly (readonly Side[])[];
  readonly ends: WeightEnds;
  readonly products: Products;
  readonly gains: Map<Side, Float32Array>;
}

/** The best permutation of a group while the others stay, null where it raises nothing. */
async function improve(search: Search, permutations: Permutations, g: number): Promise<Int32Array | null> {
  const { sides, products, gains } = search;
  const [own, from] = [sides[g]!, permutations[g]!];
  if (own.every((side) => gains.has(side))) return null;
  const all = identity(from.length);
  const held = permutations.with(g, all);
  const vectors = own.map((side) => vectorsOf(search, side, held));
  for (const [s, side] of own.entries()) {
    const { a, b } = vectors[s]!;
    if (!gains.has(side)) gains.set(side, await products.of(from.length, { a: a(all), b: b(all) }));
  }
  const found = assign(sum(own.map((side) => gains.get(side)!)), from.length);
  if (!rises(vectors, { from, to: found })) return null;
  for (const side of sides.flat()) if (side.neighbours.includes(g)) gains.delete(side);
  return found;
}

/** Vectors of channels of either network. */
type Vectors = { readonly [K in keyof WeightEnds]: (channels: Int32Array) => Float32Array };

/** On one side, with the channels of all other groups of b in their present order. */
function vectorsOf({ model, groups, ends }: Search, side: Side, permutations: Permutations): Vectors {
  const b = rename(model, pick(ends.b, side), { groups, permutations });
  const of = (weights: Weights) => (channels: Int32Array) => channelVectors(model, side, { weights, channels });
  return { a: of(ends.a), b: of(b) };
}

const identity = (size: number) => Int32Array.from({ length: size }, (_, i) => i);

/** The axes of a group by the groups on the other axes of the same parameters; its own order is held while it is sought. */
function sidesOf({ size, axes }: ChannelGroup, g: number, groups: readonly ChannelGroup[]): Side[] {
  const neighboursOf = (parameter: string) =>
    groups.flatMap((group, h) => (h !== g && group.axes.some((axis) => axis.parameter === parameter) ? [h] : []));
  const sides = new Map<string, Side>();
  for (const axis of axes) {
    const neighbours = neighboursOf(axis.parameter);
    const key = neighbours.join();
    sides.set(key, { size, neighbours, axes: [...(sides.get(key)?.axes ?? []), axis] });
  }
  return [...sides.values()];
}

function sum(gains: readonly Float32Array[]): Float64Array {
  const total = new Float64Array(gains[0]!);
  for (const gain of gains.slice(1)) for (let i = 0; i < gain.length; i++) total[i]! += gain[i]!;
  return total;
}

/** Running statistics follow the weights: they are no part of the inner product. */
function trainedAxes(model: Model, groups: readonly ChannelGroup[]): ChannelGroup[] {
  const trained = new Set(model.parameters.filter(isTrained).map(({ name }) => name));
  return groups.map(({ size, axes }) => ({ size, axes: axes.filter(({ parameter }) => trained.has(parameter)) }));
}

function pick(weights: Weights, { axes }: ChannelGroup): Weights {
  return new Map(axes.map(({ parameter }) => [parameter, weights.get(parameter)!]));
}

/** All that belongs to each of these channels on a side: `[channels][entries padded to 16]`, padding +0. */
function channelVectors(
  { parameters }: Model,
  { axes }: Side,
  { weights, channels }: { weights: Weights; channels: Int32Array },
): Float32Array {
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const parts = axes.map(({ parameter, axis, start, run }) => {
    const [shape, values] = [shapes.get(parameter)!, weights.get(parameter)!];
    const inner = sizeOf(shape.slice(axis + 1));
    return { values, first: start * inner, length: run * inner, row: shape[axis]! * inner };
  });
  const entries = pad(parts.reduce((sum, { values, length, row }) => sum + (values.length / row) * length, 0));
  const vectors = new Float32Array(channels.length * entries);
  channels.forEach((channel, index) => {
    let place = index * entries;
    for (const { values, first, length, row } of parts)
      for (let from = first + channel * length; from < values.length; from += row)
        for (let i = 0; i < length; i++) vectors[place++] = values[from + i]!;
  });
  return vectors;
}

/** Products of vectors, by programs that are compiled once for each shape. */
interface Products {
  /** `[size * size]`, of each vector of a with each of b, both `[size][entries]`. */
  of(size: number, vectors: { a: Float32Array; b: Float32Array }): Promise<Float32Array>;
  close(): void;
}

function openProducts(engine: Engine): Products {
  const opened = new Map<string, Instance>();
  return {
    async of(size, { a, b }) {
      const key = `${size} ${a.length}`;
      const instance = opened.get(key) ?? (await engine.open(productsProgram(size, a.length / size)));
      opened.set(key, instance);
      const { parameters, sections } = instance.program;
      const { inputs, outputs } = sections.evaluate!;
      instance.write(inputs.get("a")!, a);
      instance.write(inputs.get("b")!, b);
      instance.run("evaluate");
      return unpackValues(parameters.get("products")!.storage, await instance.read(outputs.get("products")!));
    },
    close() {
      for (const instance of opened.values()) instance.close();
    },
  };
}

/** The weight gradient of a layer whose batch is the entries. */
function productsProgram(size: number, entries: number): Program {
  const graph = createGraph();
  const [dy, x] = ["a", "b"].map((name) => graph.node("input", [], { name, shape: [size], layout: "vector" }));
  const w = graph.node("parameter", [], { name: "products", shape: [size, size] });
  const products = graph.node("linear_weight_gradient", [dy!, x!, w], {});
  return compile({ evaluate: { graph: graph.finish({ products }), batch: entries } });
}

/** Whether the inner product rises, added in float64 and by more than such sums are off, so that the search ends. */
function rises(vectors: readonly Vectors[], { from, to }: { from: Int32Array; to: Int32Array }): boolean {
  const moved = identity(from.length).filter((channel) => to[channel] !== from[channel]);
  let [gain, size] = [0, 0];
  for (const { a, b } of vectors) {
    const own = a(moved);
    const [old, found] = [from, to].map((permutation) => b(moved.map((channel) => permutation[channel]!)));
    for (let i = 0; i < own.length; i++) {
      const change = own[i]! * (found![i]! - old![i]!);
      gain += change;
      size += Math.abs(change);
    }
  }
  return gain > 1e-12 * size;
}
