/** Arithmetic on values of any form, parameters included: what penalties and computed weights are made of. */
import { fail } from "../../base/errors.ts";
import { carriesBatch, type OpDefinition, type Type } from "../types.ts";
import { elementwise, entries, requireSame, showType } from "./rules.ts";

export const multiply: OpDefinition<"multiply"> = {
  operands: ["a", "b"],
  shape: elementwise,
  gradient: (graph, { inputs: [a, b] }, dy) => [
    graph.node("multiply", [dy, b!], {}),
    graph.node("multiply", [dy, a!], {}),
  ],
};

export const divide: OpDefinition<"divide"> = {
  operands: ["a", "b"],
  shape: elementwise,
  gradient(graph, node, dy) {
    const da = graph.node("divide", [dy, node.inputs[1]!], {});
    return [da, graph.node("scale", [graph.node("multiply", [da, node], {})], { factor: -1 })];
  },
};

export const affine: OpDefinition<"affine"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, { attributes: { factor } }, dy) => [graph.node("scale", [dy], { factor })],
  flops: ([x]) => 2 * entries(x!),
};

export const exp: OpDefinition<"exp"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, node, dy) => [graph.node("multiply", [dy, node], {})],
  flops: ([x]) => 20 * entries(x!),
};

export const log: OpDefinition<"log"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, { inputs: [x] }, dy) => [graph.node("divide", [dy, x!], {})],
  flops: ([x]) => 20 * entries(x!),
};

export const square_root: OpDefinition<"square_root"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, node, dy) => [graph.node("divide", [graph.node("scale", [dy], { factor: 0.5 }), node], {})],
};

export const clip: OpDefinition<"clip"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, { inputs: [x], attributes }, dy) => [graph.node("clip_gradient", [dy, x!], attributes)],
};

export const clip_gradient: OpDefinition<"clip_gradient"> = {
  operands: ["dy", "x"],
  shape: elementwise,
};

export const is_below: OpDefinition<"is_below"> = {
  operands: ["x"],
  shape: elementwise,
};

const one: Type = { shape: [1], layout: "plain" };

function requireNoBatch(op: string, x: Type): void {
  if (carriesBatch(x)) fail("usage", op, { rule: "x must be a tensor without a batch", got: showType(x) });
}

export const total: OpDefinition<"total"> = {
  operands: ["x"],
  shape([x], _, op) {
    requireNoBatch(op, x!);
    return one;
  },
  gradient: (graph, { inputs: [x] }, dy) => [graph.node("fill", [x!, dy], {})],
};

export const fill: OpDefinition<"fill"> = {
  operands: ["like", "value"],
  shape([like, value], _, op) {
    requireNoBatch(op, like!);
    requireSame(op, value!, one);
    return like!;
  },
  gradient: (graph, _node, dy) => [null, graph.node("total", [dy], {})],
  flops: () => 0,
};
