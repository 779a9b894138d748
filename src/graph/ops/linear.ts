/** Linear layers: the product, its two gradients, and the bias. */
import { fail } from "../../base/errors.ts";
import type { OpDefinition } from "../types.ts";
import { entries, requireBatch, requireRank, requireSame, requireVector, showType } from "./rules.ts";

export const linear: OpDefinition<"linear"> = {
  operands: ["x", "w"],
  shape([x, w]) {
    requireVector("linear", "x", x!);
    requireRank("linear", "w", w!, 2);
    if (x!.shape.length !== 1 || x!.shape[0] !== w!.shape[1])
      fail("usage", "linear", {
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
  shape([dy, w]) {
    requireVector("linear_input_gradient", "dy", dy!);
    requireRank("linear_input_gradient", "w", w!, 2);
    return { shape: [w!.shape[1]!], layout: "vector" };
  },
  flops: ([, w], density) => 2 * density * entries(w!),
};

export const linear_weight_gradient: OpDefinition<"linear_weight_gradient"> = {
  operands: ["dy", "x", "w"],
  shape([dy, x, w]) {
    requireVector("linear_weight_gradient", "dy", dy!);
    requireVector("linear_weight_gradient", "x", x!);
    requireSame("linear_weight_gradient", { shape: [entries(dy!), entries(x!)], layout: "plain" }, w!);
    return w!;
  },
  flops: ([, , w], density) => 2 * density * entries(w!),
};

export const bias: OpDefinition<"bias"> = {
  operands: ["x", "b"],
  shape([x, b]) {
    requireBatch("bias", "x", x!);
    requireRank("bias", "b", b!, 1);
    requireSame("bias", { shape: x!.shape.slice(0, 1), layout: "plain" }, b!);
    return x!;
  },
  gradient: (graph, _, dy) => [dy, graph.node("bias_gradient", [dy], {})],
  flops: ([x]) => entries(x!),
};

export const bias_gradient: OpDefinition<"bias_gradient"> = {
  operands: ["dy"],
  shape([dy]) {
    requireBatch("bias_gradient", "dy", dy!);
    return { shape: dy!.shape.slice(0, 1), layout: "plain" };
  },
  flops: ([dy]) => entries(dy!),
};
