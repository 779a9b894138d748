/**
 * The LSTM (Hochreiter & Schmidhuber 1997, with forget gates), in PyTorch's order of gates: input, forget, cell, output. What
 * a layer leaves is one sequence of six parts, the four gates, the cell and the output, each of H features.
 */
import { fail } from "../../base/errors.ts";
import type { OpDefinition, Type } from "../types.ts";
import { entries, requireRank, requireSame, showType } from "./rules.ts";
import { requireSequence, sequence } from "./sequence-rules.ts";

/** Parts of what a layer leaves; the last is its output. */
export const LSTM_PARTS = 6;

/** Features of a layer whose recurrent weight this is, `[4 H, H]`. */
function unitsOf(op: string, w: Type): number {
  requireRank(op, "w", w, 2);
  const [gates, units] = w.shape as [number, number];
  if (gates !== 4 * units) fail("usage", op, { rule: "w must be [4 H, H]", got: showType(w) });
  return units;
}

export const lstm: OpDefinition<"lstm"> = {
  operands: ["x", "w", "h", "c"],
  shape([x, w, h, c]) {
    requireSequence("lstm", "x", x!);
    const units = unitsOf("lstm", w!);
    const time = x!.shape[1]!;
    requireSame("lstm", x!, sequence(4 * units, time));
    for (const state of [h!, c!]) requireSame("lstm", state, sequence(units, 1));
    return sequence(LSTM_PARTS * units, time);
  },
  // The states come from the sequence before: back-propagation is cut there.
  gradient(graph, node, dy) {
    const [, w, h, c] = node.inputs as [never, never, never, never];
    const dx = graph.node("lstm_gradient", [dy, node, w, c], {});
    const previous = graph.node("lstm_previous", [node, h], {});
    const attributes = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;
    return [dx, graph.node("convolution_weight_gradient", [dx, previous, w], attributes), null, null];
  },
  flops: ([x, w], density) => x!.shape[1]! * 2 * density * entries(w!) + 40 * entries(x!),
};

export const lstm_gradient: OpDefinition<"lstm_gradient"> = {
  operands: ["dy", "y", "w", "c"],
  shape([dy, y, w]) {
    requireSame("lstm_gradient", dy!, y!);
    return sequence(4 * unitsOf("lstm_gradient", w!), dy!.shape[1]!);
  },
  flops: ([dy, , w], density) => dy!.shape[1]! * 2 * density * entries(w!) + 5 * entries(dy!),
};

export const lstm_previous: OpDefinition<"lstm_previous"> = {
  operands: ["y", "h"],
  shape([y, h]) {
    requireSame("lstm_previous", y!, sequence(LSTM_PARTS * h!.shape[0]!, y!.shape[1]!));
    return sequence(h!.shape[0]!, y!.shape[1]!);
  },
  flops: () => 0,
};
