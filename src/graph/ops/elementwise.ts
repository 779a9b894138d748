/** Ops that treat every entry alike, and those that only rename axes. */
import { fail } from "../../base/errors.ts";
import type { OpDefinition } from "../types.ts";
import { carriesBatch, sizeOf } from "../types.ts";
import { checkLayout, elementwise, entries, requireBatch, showType } from "./rules.ts";

export const flatten: OpDefinition<"flatten"> = {
  operands: ["x"],
  shape([x], _, op) {
    requireBatch(op, "x", x!);
    return { shape: [entries(x!)], layout: "vector" };
  },
  gradient: (graph, { inputs: [x] }, dy) => [graph.node("reshape", [dy], x!.type)],
  flops: () => 0,
};

export const reshape: OpDefinition<"reshape"> = {
  operands: ["x"],
  shape([x], { shape, layout }, op) {
    if (sizeOf(shape) !== entries(x!))
      fail("usage", op, {
        rule: "the number of entries must stay the same",
        got: `${showType(x!)} to [${shape.join(",")}]`,
      });
    if (carriesBatch(x!) !== carriesBatch({ shape, layout }))
      fail("usage", op, {
        rule: "the batch must stay",
        got: `${showType(x!)} to ${showType({ shape, layout })}`,
      });
    return checkLayout(op, { shape, layout });
  },
  gradient: (graph, { inputs: [x] }, dy) => [graph.node("reshape", [dy], x!.type)],
  flops: () => 0,
};

export const relu: OpDefinition<"relu"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, node, dy) => [graph.node("relu_gradient", [dy, node], {})],
};

export const relu_gradient: OpDefinition<"relu_gradient"> = {
  operands: ["dy", "y"],
  shape: elementwise,
};

export const tanh: OpDefinition<"tanh"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, node, dy) => [graph.node("tanh_gradient", [dy, node], {})],
  flops: ([x]) => 20 * entries(x!),
};

export const tanh_gradient: OpDefinition<"tanh_gradient"> = {
  operands: ["dy", "y"],
  shape: elementwise,
  flops: ([x]) => 3 * entries(x!),
};

export const sigmoid: OpDefinition<"sigmoid"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, node, dy) => [graph.node("sigmoid_gradient", [dy, node], {})],
  flops: ([x]) => 20 * entries(x!),
};

export const sigmoid_gradient: OpDefinition<"sigmoid_gradient"> = {
  operands: ["dy", "y"],
  shape: elementwise,
  flops: ([x]) => 3 * entries(x!),
};

export const elu: OpDefinition<"elu"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, node, dy) => [graph.node("elu_gradient", [dy, node], {})],
  flops: ([x]) => 20 * entries(x!),
};

export const elu_gradient: OpDefinition<"elu_gradient"> = {
  operands: ["dy", "y"],
  shape: elementwise,
  flops: ([x]) => 2 * entries(x!),
};

export const scale: OpDefinition<"scale"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, { attributes: { factor } }, dy) => [graph.node("scale", [dy], { factor })],
};

export const add: OpDefinition<"add"> = {
  operands: ["a", "b"],
  shape: elementwise,
  gradient: (_graph, _node, dy) => [dy, dy],
};

export const dropout: OpDefinition<"dropout"> = {
  operands: ["x", "counter"],
  shape([x], { rate }, op) {
    requireBatch(op, "x", x!);
    if (!(rate >= 0 && rate < 1)) fail("usage", op, { rule: "rate must lie in [0, 1)", got: rate });
    return x!;
  },
  gradient: (graph, { inputs: [, counter], attributes }, dy) => [
    graph.node("dropout", [dy, counter!], attributes),
    null,
  ],
};
