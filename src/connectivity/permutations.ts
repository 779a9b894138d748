/**
 * Permutations of hidden channels that leave a network's function as it is (Ainsworth, Hayase & Srinivasa 2023,
 * section 2): renaming the outputs of a layer and the inputs of the layers that read them in the same way.
 */
import { fail } from "../base/errors.ts";
import { sizeOf } from "../graph/types.ts";
import { checkNetwork } from "../model/check.ts";
import type { Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";
import { type Channels, resolve, traceChannels } from "./channels.ts";

/** A stretch of a parameter's axis: `run` entries for every channel of the group, from entry `start` on. */
export interface PermutedAxis {
  /** Name of a parameter or running statistic. */
  readonly parameter: string;
  /** 0 for outputs, 1 for inputs. */
  readonly axis: number;
  readonly start: number;
  readonly run: number;
}

/** Channels that are permuted together: every axis that lists them, in the order of the model's parameters. */
export interface PermutationGroup {
  /** Number of channels. */
  readonly size: number;
  readonly axes: readonly PermutedAxis[];
}

/** One permutation for every group of a model: channel i of the result is channel `p[i]` of the network. */
export type Permutations = readonly Int32Array[];

/** Where an activation shows channels of groups: its number in the graph, its channels, and each group's first one. */
export interface Site {
  readonly node: number;
  readonly channels: number;
  readonly blocks: readonly { readonly group: number; readonly start: number }[];
}

/** Groups of a model, and the activations that its layers read, by which channels can be told apart. */
export interface Grouping {
  readonly groups: readonly PermutationGroup[];
  readonly sites: readonly Site[];
}

/**
 * Which axes of which parameters are permuted together. Inputs and heads keep their order, as do channels of grouped
 * convolutions and of ops whose effect on channels is not known.
 */
export function permutationGroups(model: Model): readonly PermutationGroup[] {
  return groupingOf(model).groups;
}

/** The groups of a model with the sites of their channels. */
export function groupingOf(model: Model): Grouping {
  const { nodes, activations, axes } = traceChannels(model);
  const members = model.parameters.flatMap(({ name }) =>
    (axes.get(name) ?? []).flatMap((channels, axis) => placesOf(channels).map((place) => ({ name, axis, ...place }))),
  );
  const spaces = [...new Set(members.map(({ space }) => space))];
  const groups = spaces.map(({ size }, group) => ({
    size,
    axes: members
      .filter(({ space }) => space === spaces[group])
      .map(({ name, axis, start, run }) => ({ parameter: name, axis, start, run })),
  }));
  const sites = [
    ...new Set(nodes.filter(isProduct).map(({ inputs: [x] }) => (x!.op === "flatten" ? x!.inputs[0]! : x!))),
  ]
    .map((node) => ({
      node: node.id,
      channels: node.type.shape[0]!,
      blocks: placesOf(activations.get(node)!).map(({ space, start }) => ({ group: spaces.indexOf(space), start })),
    }))
    .filter(({ blocks }) => blocks.length > 0);
  return { groups, sites };
}

const isProduct = ({ op }: { op: string }) => op === "linear" || op === "convolution";

/** The spaces of an axis that can be permuted, and the first entry of each. */
function placesOf({ spaces, run }: Channels) {
  const all = resolve(spaces);
  const startOf = (index: number) => run * all.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return all
    .map((space, index) => ({ space, start: startOf(index), run }))
    .filter(({ space: { fixed, size } }) => !fixed && size > 1);
}

/** Groups with a permutation each. */
export interface Renaming {
  readonly groups: readonly PermutationGroup[];
  readonly permutations: Permutations;
}

/**
 * The network that computes the same with its channels in another order, masks and running statistics along. Throws with
 * code `data` for a network of another model, with `usage` for permutations that are not those of its groups.
 */
export function permute(model: Model, network: Network, permutations: Permutations): Network {
  checkNetwork(model, network, "permute");
  const groups = permutationGroups(model);
  checkPermutations(groups, permutations);
  const renaming = { groups, permutations };
  const { weights, mask } = network;
  return { weights: rename(model, weights, renaming), mask: mask && rename(model, mask, renaming) };
}

/** Every tensor of the map with its axes in the permuted order; names that are no parameters of the model stay. */
export function rename<T extends Float32Array | Uint8Array>(
  { parameters }: Pick<Model, "parameters">,
  tensors: ReadonlyMap<string, T>,
  { groups, permutations }: Renaming,
): Map<string, T> {
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const renamed = new Map(tensors);
  groups.forEach((group, g) => {
    for (const axis of group.axes) {
      const values = renamed.get(axis.parameter);
      const shape = shapes.get(axis.parameter);
      if (values && shape) renamed.set(axis.parameter, moved(values, permutations[g]!, { shape, ...axis }));
    }
  });
  return renamed;
}

function moved<T extends Float32Array | Uint8Array>(
  values: T,
  permutation: Int32Array,
  { shape, axis, start, run }: PermutedAxis & { shape: readonly number[] },
): T {
  if (permutation.every((from, to) => from === to)) return values;
  const result = values.slice() as T;
  const inner = sizeOf(shape.slice(axis + 1));
  const length = run * inner;
  const row = shape[axis]! * inner;
  // Loops, for layers have millions of entries.
  for (let first = start * inner; first < values.length; first += row)
    for (let to = 0; to < permutation.length; to++) {
      const [into, from] = [first + to * length, first + permutation[to]! * length];
      for (let i = 0; i < length; i++) result[into + i] = values[from + i]!;
    }
  return result;
}

function checkPermutations(groups: readonly PermutationGroup[], permutations: Permutations): void {
  const fits =
    permutations.length === groups.length &&
    permutations.every((p, g) => p.length === groups[g]!.size && p.toSorted().every((from, i) => from === i));
  if (fits) return;
  const rule = `permutations must be one of 0..n-1 for each group, of ${groups.map(({ size }) => size)} channels`;
  fail("usage", "permute", { rule, got: permutations.map(({ length }) => length) });
}
