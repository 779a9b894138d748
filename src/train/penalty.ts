/** A penalty on the parameters as part of the loss, with a rate that the host ramps up. */
import type { Node } from "../graph/types.ts";
import type { Scope } from "../model/scope.ts";

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

/** The sum of all terms that applications in a scope add to the loss, `[1]`; null where there are none. */
export function penaltyOf(scope: Scope): Node | null {
  const [first, ...others] = scope.penalties().values();
  return first ? others.reduce((a, b) => scope.graph.node("add", [a, b], {}), first) : null;
}

/** The loss of every example plus the input `penalty_rate` times the scope's penalty, where it has one. */
export function withPenalty(scope: Scope, loss: Node): Node {
  const { graph } = scope;
  const penalty = penaltyOf(scope);
  if (!penalty) return loss;
  const rate = scope.input("penalty_rate", [1]);
  const row = graph.node("reshape", [loss], { shape: [1], layout: "vector" });
  const sum = graph.node("bias", [row, graph.node("multiply", [penalty, rate], {})], {});
  return graph.node("reshape", [sum], loss.type);
}
