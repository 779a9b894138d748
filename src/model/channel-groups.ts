/** Channels that stand or fall together: the axes of all parameters that list them, and the activations that show them. */
import type { Node } from "../graph/types.ts";
import { type Channels, resolve, traceChannels } from "./channels.ts";
import type { Model } from "./model.ts";

/** A stretch of a parameter's axis: `run` entries for every channel of the group, from entry `start` on. */
export interface ChannelAxis {
  /** Name of a parameter or running statistic. */
  readonly parameter: string;
  /** 0 for outputs, 1 for inputs. */
  readonly axis: number;
  readonly start: number;
  readonly run: number;
}

/** Channels that may be renamed or removed together: every axis that lists them, in the order of the model's parameters. */
export interface ChannelGroup {
  /** Number of channels. */
  readonly size: number;
  readonly axes: readonly ChannelAxis[];
}

/** Where an activation shows channels of groups: its number in the graph, its channels, and each group's first one. */
export interface Site {
  readonly node: number;
  readonly channels: number;
  readonly blocks: readonly Block[];
}

/** Groups of a model, and the activations that its layers read, by which channels can be told apart. */
export interface Grouping {
  readonly groups: readonly ChannelGroup[];
  readonly sites: readonly Site[];
  /** The evaluation graph that they were read off. */
  readonly nodes: readonly Node[];
  /** Which channels an activation among its nodes shows; those of no group are not told. */
  blocksOf(node: Node): readonly Block[];
}

/** Channels of a group in an activation, from the first one's entry on, each of `run` entries. */
export interface Block {
  readonly group: number;
  readonly start: number;
  readonly run: number;
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
  const blocksOf = (node: Node): Block[] => {
    const shown = activations.get(node);
    return shown ? placesOf(shown).map(({ space, ...at }) => ({ group: spaces.indexOf(space), ...at })) : [];
  };
  const sites = [
    ...new Set(nodes.filter(isProduct).map(({ inputs: [x] }) => (x!.op === "flatten" ? x!.inputs[0]! : x!))),
  ]
    .map((node) => ({ node: node.id, channels: node.type.shape[0]!, blocks: blocksOf(node) }))
    .filter(({ blocks }) => blocks.length > 0);
  return { groups, sites, nodes, blocksOf };
}

const isProduct = ({ op }: { op: string }) => op === "linear" || op === "convolution";

/** The spaces of an axis that are not fixed, and the first entry of each. */
function placesOf({ spaces, run }: Channels) {
  const all = resolve(spaces);
  const startOf = (index: number) => run * all.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return all
    .map((space, index) => ({ space, start: startOf(index), run }))
    .filter(({ space: { fixed, size } }) => !fixed && size > 1);
}
