/**
 * Structured pruning: whole filters, those of the least L1 norm (Li et al. 2017), as Liu et al. 2018 take it.
 *
 * A filter that goes takes its channel along: the mask loses the filter's weights and, in every layer that reads the
 * channel, the weights that read it, so that the network computes what the slim one without the channel does (its batch
 * normalisation and bias feed nothing any more). Channels that several layers make, as those that residual blocks add to,
 * are spared (Li et al. 2017, section 3.4), and so are those whose order the model fixes.
 */
import { fail } from "../base/errors.ts";
import { sizeOf } from "../graph/types.ts";
import { type ChannelAxis, type ChannelGroup, groupingOf } from "../model/channel-groups.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Parameter } from "../model/network.ts";
import { type Cut, checkCut, type Scores } from "./prune.ts";

/** What is removed: in every convolution whose channels are its own, the cut of the filters that are left. */
export interface FilterCut {
  readonly scores: Scores;
  readonly cut: Cut;
  /** As of `prune`. */
  readonly rounds?: number;
}

/**
 * Removes the filters of least L1 score, each with its channel; a convolution's last one stays.
 * @throws code `usage` where the cut is outside (0, 1) or a factor outside [0, 1], or the scope is global
 */
export function pruneFilters(model: Model, mask: Mask, { scores, cut, rounds = 1 }: FilterCut): Mask {
  checkCut(cut);
  if (cut.scope !== "layer") fail("usage", "unit", { rule: "needs scope layer", got: "filter", fields: ["scope"] });
  const share = cut.cut * (cut.convCutFactor ?? 1);
  const parameters = new Map(model.parameters.map((parameter) => [parameter.name, parameter]));
  const next = new Map([...mask].map(([name, bits]) => [name, bits.slice()]));
  for (const { size, axes } of groupingOf(model).groups) {
    const members = axes.flatMap((axis) => memberOf(axis, parameters.get(axis.parameter)!, next) ?? []);
    const [maker, ...others] = members.filter(({ axis }) => axis === 0);
    if (!maker?.convolution || others.length > 0) continue;
    const norms = new Map(
      keptChannels(size, [maker]).map((channel) => [channel, normOf(maker, channel, { mask, scores })]),
    );
    // Array.prototype.sort is stable, so equal norms fall in order of index.
    const order = [...norms.keys()].sort((a, b) => norms.get(a)! - norms.get(b)!);
    for (const channel of order.slice(0, order.length - keptAfter(order.length, { share, rounds })))
      for (const member of members) for (const [from, to] of stretches(member, channel)) member.bits.fill(0, from, to);
  }
  return next;
}

/** The share of each group's channels, in the order of `groups`, that has a weight to make it or one that reads it. */
export function channelShares(model: Pick<Model, "parameters">, groups: readonly ChannelGroup[], mask: Mask): number[] {
  const parameters = new Map(model.parameters.map((parameter) => [parameter.name, parameter]));
  return groups.map(({ size, axes }) => {
    const members = axes.flatMap((axis) => memberOf(axis, parameters.get(axis.parameter)!, mask) ?? []);
    return keptChannels(size, members).length / size;
  });
}

/** An axis of a prunable parameter that lists the channels of a group. */
interface Member extends ChannelAxis {
  readonly name: string;
  readonly bits: Uint8Array;
  readonly shape: readonly number[];
  readonly convolution: boolean;
}

function memberOf(axis: ChannelAxis, { name, shape, prunable }: Parameter, mask: Mask): Member | null {
  if (!prunable) return null;
  return { ...axis, name, shape, convolution: shape.length === 4, bits: mask.get(name)! };
}

/** Channels of which a member keeps a weight. */
function keptChannels(size: number, members: readonly Member[]): number[] {
  const channels = Array.from({ length: size }, (_, channel) => channel);
  return channels.filter((channel) =>
    members.some((member) =>
      [...stretches(member, channel)].some(([from, to]) => member.bits.subarray(from, to).includes(1)),
    ),
  );
}

/** Where in a parameter the entries of a channel lie: from, to. */
function* stretches({ shape, axis, start, run }: Member, channel: number): Generator<readonly [number, number]> {
  const inner = sizeOf(shape.slice(axis + 1));
  const row = shape[axis]! * inner;
  for (let first = (start + channel * run) * inner; first < sizeOf(shape); first += row)
    yield [first, first + run * inner];
}

function normOf(maker: Member, channel: number, { mask, scores }: { mask: Mask; scores: Scores }): number {
  const [bits, own] = [mask.get(maker.name)!, scores.get(maker.name)!];
  let norm = 0;
  for (const [from, to] of stretches(maker, channel))
    for (let i = from; i < to; i++) if (bits[i] === 1) norm += own[i]!;
  return norm;
}

/** Filters left after so many rounds; the last one stays. */
function keptAfter(count: number, { share, rounds }: { share: number; rounds: number }): number {
  let kept = count;
  for (let round = 0; round < rounds; round++) kept -= Math.round(share * kept);
  return Math.max(1, kept);
}
