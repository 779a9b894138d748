/** Ops that treat every entry alike, and those that only rename axes. */
import { fail } from "../../base/errors.ts";
import type { OpDefinition, Type } from "../types.ts";
import { carriesBatch, sizeOf } from "../types.ts";
import { checkLayout, elementwise, entries, requireBatch, showType } from "./rules.ts";

const onePerEntry = ([x]: readonly Type[]) => entries(x!);

export const flatten: OpDefinition<"flatten"> = {
  operands: ["x"],
  shape([x]) {
    requireBatch("flatten", "x", x!);
    return { shape: [entries(x!)], layout: "vector" };
  },
  gradient: (graph, { inputs: [x] }, dy) => [graph.node("reshape", [dy], x!.type)],
  flops: () => 0,
};

export const reshape: OpDefinition<"reshape"> = {
  operands: ["x"],
  shape([x], { shape, layout }) {
    if (sizeOf(shape) !== entries(x!))
      fail("usage", "reshape", {
        rule: "the number of entries must stay the same",
        got: `${showType(x!)} to [${shape.join(",")}]`,
      });
    if (carriesBatch(x!) !== carriesBatch({ shape, layout }))
      fail("usage", "reshape", {
        rule: "the batch must stay",
        got: `${showType(x!)} to ${showType({ shape, layout })}`,
      });
    return checkLayout("reshape", { shape, layout });
  },
  gradient: (graph, { inputs: [x] }, dy) => [graph.node("reshape", [dy], x!.type)],
  flops: () => 0,
};

export const relu: OpDefinition<"relu"> = {
  operands: ["x"],
  shape: elementwise("relu"),
  gradient: (graph, node, dy) => [graph.node("relu_gradient", [dy, node], {})],
  flops: onePerEntry,
};

export const relu_gradient: OpDefinition<"relu_gradient"> = {
  operands: ["dy", "y"],
  shape: elementwise("relu_gradient"),
  flops: onePerEntry,
};

export const tanh: OpDefinition<"tanh"> = {
  operands: ["x"],
  shape: elementwise("tanh"),
  gradient: (graph, node, dy) => [graph.node("tanh_gradient", [dy, node], {})],
  flops: ([x]) => 20 * entries(x!),
};

export const tanh_gradient: OpDefinition<"tanh_gradient"> = {
  operands: ["dy", "y"],
  shape: elementwise("tanh_gradient"),
  flops: ([x]) => 3 * entries(x!),
};

export const sigmoid: OpDefinition<"sigmoid"> = {
  operands: ["x"],
  shape: elementwise("sigmoid"),
  gradient: (graph, node, dy) => [graph.node("sigmoid_gradient", [dy, node], {})],
  flops: ([x]) => 20 * entries(x!),
};

export const sigmoid_gradient: OpDefinition<"sigmoid_gradient"> = {
  operands: ["dy", "y"],
  shape: elementwise("sigmoid_gradient"),
  flops: ([x]) => 3 * entries(x!),
};

export const elu: OpDefinition<"elu"> = {
  operands: ["x"],
  shape: elementwise("elu"),
  gradient: (graph, node, dy) => [graph.node("elu_gradient", [dy, node], {})],
  flops: ([x]) => 20 * entries(x!),
};

export const elu_gradient: OpDefinition<"elu_gradient"> = {
  operands: ["dy", "y"],
  shape: elementwise("elu_gradient"),
  flops: ([x]) => 2 * entries(x!),
};

export const scale: OpDefinition<"scale"> = {
  operands: ["x"],
  shape: elementwise("scale"),
  gradient: (graph, { attributes: { factor } }, dy) => [graph.node("scale", [dy], { factor })],
  flops: onePerEntry,
};

export const add: OpDefinition<"add"> = {
  operands: ["a", "b"],
  shape: elementwise("add"),
  gradient: (_graph, _node, dy) => [dy, dy],
  flops: onePerEntry,
};

export const dropout: OpDefinition<"dropout"> = {
  operands: ["x", "counter"],
  shape([x], { rate }) {
    requireBatch("dropout", "x", x!);
    if (!(rate >= 0 && rate < 1)) fail("usage", "dropout", { rule: "rate must lie in [0, 1)", got: rate });
    return x!;
  },
  gradient: (graph, { inputs: [, counter], attributes }, dy) => [
    graph.node("dropout", [dy, counter!], attributes),
    null,
  ],
  flops: onePerEntry,
};
