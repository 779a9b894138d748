/** How long a pruned network is trained to cost as much as the dense one (the Scratch-B of Liu et al. 2018, section 3). */
import { OPS } from "../graph/ops/index.ts";
import type { Node, OpDefinition, OpName } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { Mask } from "../model/network.ts";
import { countKept } from "../prune/prune.ts";
import { evaluationGraph } from "../train/experiment.ts";
import type { TrainParams } from "./train.ts";

/** Floating-point operations of one example's way through the network, pruned weights not counted. */
export function forwardFlops(model: Model, mask: Mask | null): number {
  return evaluationGraph(model, {}).nodes.reduce((sum, node) => sum + flopsOf(node, mask), 0);
}

function flopsOf({ op, inputs, attributes }: Node, mask: Mask | null): number {
  const density = Math.min(1, ...inputs.map((input) => densityOf(input, mask)));
  return (OPS[op] as OpDefinition<OpName>).flops(
    inputs.map(({ type }) => type),
    density,
    attributes,
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
  const factor = Math.min(stretch, forwardFlops(model, null) / forwardFlops(model, mask));
  const longer = (iteration: number) => Math.round(factor * iteration);
  const { shape } = schedule;
  const own =
    shape.name === "step"
      ? { ...shape, milestones: shape.milestones.map(longer) }
      : shape.name === "cosine"
        ? { ...shape, end: longer(shape.end) }
        : shape;
  return { ...params, to: longer(to), schedule: { ...schedule, shape: own } };
}
