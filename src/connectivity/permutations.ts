/**
 * Permutations of hidden channels that leave a network's function as it is (Ainsworth, Hayase & Srinivasa 2023,
 * section 2): renaming the outputs of a layer and the inputs of the layers that read them in the same way.
 */
import { fail } from "../base/errors.ts";
import { sizeOf } from "../graph/types.ts";
import { type ChannelAxis, type ChannelGroup, groupingOf } from "../model/channel-groups.ts";
import { checkNetwork } from "../model/check.ts";
import type { Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";

/** One permutation for every group of a model: channel i of the result is channel `p[i]` of the network. */
export type Permutations = readonly Int32Array[];

/**
 * Which axes of which parameters are permuted together. Inputs and heads keep their order, as do channels of grouped
 * convolutions and of ops whose effect on channels is not known.
 */
export function permutationGroups(model: Model): readonly ChannelGroup[] {
  return groupingOf(model).groups;
}

/** Groups with a permutation each. */
export interface Renaming {
  readonly groups: readonly ChannelGroup[];
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
  { shape, axis, start, run }: ChannelAxis & { shape: readonly number[] },
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

function checkPermutations(groups: readonly ChannelGroup[], permutations: Permutations): void {
  const fits =
    permutations.length === groups.length &&
    permutations.every((p, g) => p.length === groups[g]!.size && p.toSorted().every((from, i) => from === i));
  if (fits) return;
  const rule = `permutations must be one of 0..n-1 for each group, of ${groups.map(({ size }) => size)} channels`;
  fail("usage", "permute", { rule, got: permutations.map(({ length }) => length) });
}
