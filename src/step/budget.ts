/** How long a pruned network is trained to cost as much as the dense one (the Scratch-B of Liu et al. 2018, section 3). */
import { opFlops } from "../graph/ops/index.ts";
import type { Node, OpName } from "../graph/types.ts";
import { groupingOf } from "../model/channel-groups.ts";
import type { Model } from "../model/model.ts";
import type { Mask } from "../model/network.ts";
import { channelShares } from "../prune/filters.ts";
import { countKept } from "../prune/prune.ts";
import type { TrainParams } from "./train.ts";

/**
 * Floating-point operations of one example's way through the network. Pruned weights are not counted, nor what is done to
 * channels that no weight makes or reads any more: those of the slim network, where filters were pruned.
 */
export function forwardFlops(model: Model, mask: Mask | null): number {
  const { groups, nodes, blocksOf } = groupingOf(model);
  const shares = mask ? channelShares(model, groups, mask) : groups.map(() => 1);
  const shareOf = (node: Node) => {
    const gone = blocksOf(node).map(({ group, run }) => (1 - shares[group]!) * groups[group]!.size * run);
    return 1 - gone.reduce((a, b) => a + b, 0) / Math.max(1, node.type.shape[0] ?? 1);
  };
  return nodes.reduce((sum, node) => sum + flopsOf(node, mask) * (isProduct(node) ? 1 : shareOf(node)), 0);
}

/** Whose FLOPs go by the weights that are kept. */
const isProduct = ({ op }: Node) => op === "linear" || op === "convolution";

function flopsOf({ op, inputs, attributes }: Node, mask: Mask | null): number {
  const density = Math.min(1, ...inputs.map((input) => densityOf(input, mask)));
  return opFlops<OpName>(
    op,
    inputs.map(({ type }) => type),
    { density, attributes },
  );
}

function densityOf(node: Node, mask: Mask | null): number {
  const bits = node.op === "parameter" ? mask?.get(node.attributes.name) : undefined;
  return bits ? countKept(bits) / bits.length : 1;
}

/**
 * The parameters of a training from iteration 0 whose length and milestones are stretched as `stretch` says; those of
 * others as they are.
 */
export function stretched(params: TrainParams, model: Model, mask: Mask | null): TrainParams {
  const { stretch, to, schedule } = params;
  if (stretch === undefined) return params;
  const factor = Math.min(stretch.most ?? Infinity, forwardFlops(model, null) / forwardFlops(model, mask));
  const longer = (iteration: number) => Math.round(factor * iteration);
  const { shape } = schedule;
  const own =
    shape.name === "step"
      ? { ...shape, milestones: shape.milestones.map(longer) }
      : shape.name === "constant"
        ? shape
        : { ...shape, end: longer(shape.end) };
  return { ...params, to: longer(to), schedule: { ...schedule, shape: own } };
}
