/** Linear layers: the product, its two gradients, and the bias. */
import { fail } from "../../base/errors.ts";
import type { OpDefinition } from "../types.ts";
import { entries, requireBatch, requireRank, requireSame, requireVector, showType } from "./rules.ts";

export const linear: OpDefinition<"linear"> = {
  operands: ["x", "w"],
  shape([x, w], _, op) {
    requireVector(op, "x", x!);
    requireRank(op, "w", w!, 2);
    if (x!.shape.length !== 1 || x!.shape[0] !== w!.shape[1])
      fail("usage", op, {
        rule: "x must be a vector with as many features as w has columns",
        got: `${showType(x!)} and ${showType(w!)}`,
      });
    return { shape: [w!.shape[0]!], layout: "vector" };
  },
  gradient: (graph, { inputs: [x, w] }, dy) => [
    graph.node("linear_input_gradient", [dy, w!], {}),
    graph.node("linear_weight_gradient", [dy, x!, w!], {}),
  ],
  flops: ([, w], density) => 2 * density * entries(w!),
};

export const linear_input_gradient: OpDefinition<"linear_input_gradient"> = {
  operands: ["dy", "w"],
  shape([dy, w], _, op) {
    requireVector(op, "dy", dy!);
    requireRank(op, "w", w!, 2);
    return { shape: [w!.shape[1]!], layout: "vector" };
  },
  flops: ([, w], density) => 2 * density * entries(w!),
};

export const linear_weight_gradient: OpDefinition<"linear_weight_gradient"> = {
  operands: ["dy", "x", "w"],
  shape([dy, x, w], _, op) {
    requireVector(op, "dy", dy!);
    requireVector(op, "x", x!);
    requireSame(op, { shape: [entries(dy!), entries(x!)], layout: "plain" }, w!);
    return w!;
  },
  flops: ([, , w], density) => 2 * density * entries(w!),
};

export const bias: OpDefinition<"bias"> = {
  operands: ["x", "b"],
  shape([x, b], _, op) {
    requireBatch(op, "x", x!);
    requireRank(op, "b", b!, 1);
    requireSame(op, { shape: x!.shape.slice(0, 1), layout: "plain" }, b!);
    return x!;
  },
  gradient: (graph, _, dy) => [dy, graph.node("bias_gradient", [dy], {})],
};

export const bias_gradient: OpDefinition<"bias_gradient"> = {
  operands: ["dy"],
  shape([dy], _, op) {
    requireBatch(op, "dy", dy!);
    return { shape: dy!.shape.slice(0, 1), layout: "plain" };
  },
  flops: ([dy]) => entries(dy!),
};
