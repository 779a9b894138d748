/** The loss at every position of a sequence. A label below 0 is ignored. Losses are weighted so that the batch's mean is that over all labels. */
import type { OpDefinition, Type } from "../types.ts";
import { entries, requireSame } from "./rules.ts";
import { perPosition, requireSequence } from "./sequence-rules.ts";

function requireLabelled(op: string, logits: Type, ...vectors: Type[]): void {
  requireSequence(op, "logits", logits);
  for (const each of vectors) requireSame(op, each, perPosition(logits.shape[1]!));
}

export const token_weights: OpDefinition<"token_weights"> = {
  operands: ["labels"],
  shape([labels]) {
    requireSame("token_weights", labels!, perPosition(labels!.shape[0]!));
    return labels!;
  },
  gradient: () => [null],
  flops: () => 0,
};

export const token_statistics: OpDefinition<"token_statistics"> = {
  operands: ["logits"],
  shape([logits]) {
    requireLabelled("token_statistics", logits!);
    return perPosition(2 * logits!.shape[1]!);
  },
  // Part of the gradient of the cross-entropy.
  gradient: () => [null],
  flops: ([logits]) => 20 * entries(logits!),
};

export const token_cross_entropy: OpDefinition<"token_cross_entropy"> = {
  operands: ["logits", "statistics", "labels", "weights"],
  shape([logits, statistics, labels, weights]) {
    requireLabelled("token_cross_entropy", logits!, labels!, weights!);
    requireSame("token_cross_entropy", statistics!, perPosition(2 * logits!.shape[1]!));
    return labels!;
  },
  gradient: (graph, { inputs }, dy) => [
    graph.node("token_cross_entropy_gradient", [dy, ...inputs], {}),
    null,
    null,
    null,
  ],
  flops: ([, , labels]) => 3 * entries(labels!),
};

export const token_cross_entropy_gradient: OpDefinition<"token_cross_entropy_gradient"> = {
  operands: ["dy", "logits", "statistics", "labels", "weights"],
  shape([dy, logits, , labels, weights]) {
    requireLabelled("token_cross_entropy_gradient", logits!, dy!, labels!, weights!);
    return logits!;
  },
  flops: ([, logits]) => 20 * entries(logits!),
};

export const token_correct: OpDefinition<"token_correct"> = {
  operands: ["logits", "labels"],
  shape([logits, labels]) {
    requireLabelled("token_correct", logits!, labels!);
    return labels!;
  },
  flops: ([logits]) => entries(logits!),
};
