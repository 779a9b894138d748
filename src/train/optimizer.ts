/** Optimizers as update nodes, and what of them changes each step. */
import { power } from "../base/exact.ts";
import type { Builder, Node } from "../graph/types.ts";

/** Plain, momentum or Nesterov SGD, with L2 weight decay on every parameter (PyTorch's SGD). */
export interface SgdOptions {
  readonly name: "sgd";
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/** Adam with L2 weight decay, or AdamW with decoupled decay. */
export interface AdamOptions {
  readonly name: "adam" | "adamw";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export type OptimizerOptions = SgdOptions | AdamOptions;

/** Names of the state tensors that an optimizer keeps for each parameter. */
export function slotNames(optimizer: OptimizerOptions): readonly string[] {
  if (optimizer.name !== "sgd") return ["m", "v"];
  return optimizer.momentum > 0 ? ["m"] : [];
}

/** Adds the update of one parameter; `control` is what {@link controlValues} fills. */
export function updateNode(
  graph: Builder,
  optimizer: OptimizerOptions,
  { parameter, gradient, control }: { parameter: Node & { op: "parameter" }; gradient: Node; control: Node },
): Node {
  const { name, shape } = parameter.attributes;
  const slots = slotNames(optimizer).map((slot) => graph.node("slot", [], { parameter: name, name: slot, shape }));
  const operands = [parameter, control, gradient, ...slots];
  if (optimizer.name === "sgd") {
    const { momentum, weightDecay, nesterov } = optimizer;
    return graph.node("sgd_update", operands, { momentum, weightDecay, nesterov });
  }
  const { beta1, beta2, epsilon, weightDecay } = optimizer;
  return graph.node("adam_update", operands, {
    beta1,
    beta2,
    epsilon,
    weightDecay,
    decoupled: optimizer.name === "adamw",
  });
}

/**
 * What update kernels read at one update: `[rate, rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t)]`
 * (bias correction, Kingma & Ba 2015, algorithm 1).
 * @param updates t, the number of updates including this one since the optimizer state was zero
 */
export function controlValues(optimizer: OptimizerOptions, rate: number, updates: number): [number, number, number] {
  if (optimizer.name === "sgd") return [rate, rate, 1];
  return [rate, rate / (1 - power(optimizer.beta1, updates)), 1 / Math.sqrt(1 - power(optimizer.beta2, updates))];
}
