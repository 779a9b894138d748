/** Losses per example, their gradients, and the score of an evaluation. */
import { fail } from "../../base/errors.ts";
import type { OpDefinition, Type } from "../types.ts";
import { entries, requireSame, requireVector, showType } from "./rules.ts";

const perExample: Type = { shape: [], layout: "vector" };

function requireLogits(op: string, logits: Type, labels: Type): void {
  requireVector(op, "logits", logits);
  if (logits.shape.length !== 1 || labels.shape.length !== 0 || labels.layout !== "vector")
    fail("usage", op, {
      rule: "needs a vector of logits and one label per example",
      got: `${showType(logits)} and ${showType(labels)}`,
    });
}

export const one_hot: OpDefinition<"one_hot"> = {
  operands: ["labels"],
  shape: (_, { classes }) => ({ shape: [classes], layout: "vector" }),
  flops: () => 0,
};

export const mean_gradient: OpDefinition<"mean_gradient"> = {
  operands: [],
  shape: () => perExample,
  flops: () => 0,
};

export const softmax_cross_entropy: OpDefinition<"softmax_cross_entropy"> = {
  operands: ["logits", "labels"],
  shape([logits, labels], _, op) {
    requireLogits(op, logits!, labels!);
    return perExample;
  },
  gradient: (graph, { inputs: [logits, labels] }, dy) => [
    graph.node("softmax_cross_entropy_gradient", [dy, logits!, labels!], {}),
    null,
  ],
  flops: ([logits]) => 20 * entries(logits!),
};

export const softmax_cross_entropy_gradient: OpDefinition<"softmax_cross_entropy_gradient"> = {
  operands: ["dy", "logits", "labels"],
  shape([, logits, labels], _, op) {
    requireLogits(op, logits!, labels!);
    return logits!;
  },
  flops: ([, logits]) => 20 * entries(logits!),
};

export const binary_cross_entropy: OpDefinition<"binary_cross_entropy"> = {
  operands: ["x", "target"],
  shape([x, target], _, op) {
    requireVector(op, "x", x!);
    requireSame(op, x!, target!);
    return perExample;
  },
  gradient: (graph, { inputs: [x, target] }, dy) => [
    graph.node("binary_cross_entropy_gradient", [dy, x!, target!], {}),
    null,
  ],
  flops: ([x]) => 24 * entries(x!),
};

export const binary_cross_entropy_gradient: OpDefinition<"binary_cross_entropy_gradient"> = {
  operands: ["dy", "x", "target"],
  shape([, x, target], _, op) {
    requireSame(op, x!, target!);
    return x!;
  },
  flops: ([, x]) => 14 * entries(x!),
};

export const mean_squared_error: OpDefinition<"mean_squared_error"> = {
  operands: ["x", "target"],
  shape([x, target], _, op) {
    requireVector(op, "x", x!);
    requireSame(op, x!, target!);
    return perExample;
  },
  gradient: (graph, { inputs: [x, target] }, dy) => [
    graph.node("mean_squared_error_gradient", [dy, x!, target!], {}),
    null,
  ],
  flops: ([x]) => 3 * entries(x!),
};

export const mean_squared_error_gradient: OpDefinition<"mean_squared_error_gradient"> = {
  operands: ["dy", "x", "target"],
  shape([, x, target], _, op) {
    requireSame(op, x!, target!);
    return x!;
  },
  flops: ([, x]) => 3 * entries(x!),
};

export const correct: OpDefinition<"correct"> = {
  operands: ["logits", "labels"],
  shape([logits, labels], { top }, op) {
    requireLogits(op, logits!, labels!);
    if (!(Number.isInteger(top) && top >= 1))
      fail("usage", op, { rule: "top must be a whole number from 1", got: top });
    return perExample;
  },
  flops: ([logits]) => entries(logits!),
};
