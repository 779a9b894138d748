/** A penalty on the parameters as part of the loss, with a rate that the host ramps up. */
import type { Builder, Node } from "../graph/types.ts";
import type { Model } from "../model/model.ts";

/** A rate that is 0 up to iteration `begin`, and from `end` on full. */
export interface Ramp {
  readonly rate: number;
  readonly begin: number;
  readonly end: number;
}

/** The rate at an iteration. */
export function rampAt({ rate, begin, end }: Ramp, step: number): number {
  return rate * Math.min(1, Math.max(0, (step - begin) / Math.max(1, end - begin)));
}

/** The loss of every example plus the input `penalty_rate` times the model's penalty, where it has one. */
export function withPenalty(graph: Builder, model: Model, loss: Node): Node {
  const penalty = model.penalty?.(graph);
  if (!penalty) return loss;
  const rate = graph.node("input", [], { name: "penalty_rate", shape: [1], layout: "plain" });
  const row = graph.node("reshape", [loss], { shape: [1], layout: "vector" });
  const sum = graph.node("bias", [row, graph.node("multiply", [penalty, rate], {})], {});
  return graph.node("reshape", [sum], loss.type);
}
