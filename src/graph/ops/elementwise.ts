/** Ops that treat every entry alike, and those that only rename axes. */
import { fail } from "../../base/errors.ts";
import type { Node, OpDefinition, Type } from "../types.ts";
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

type Activation = "relu" | "tanh" | "sigmoid" | "elu";

/** A function of every entry, whose derivative is told by its result. */
const activation = <K extends Activation>(op: K, cost: number): OpDefinition<K> => ({
  operands: ["x"],
  shape: elementwise(op),
  gradient: (graph, node, dy) => [graph.node(`${op}_gradient`, [dy, node as Node], {})],
  flops: ([x]) => cost * entries(x!),
});

const slope = <K extends `${Activation}_gradient`>(op: K, cost: number): OpDefinition<K> => ({
  operands: ["dy", "y"],
  shape: elementwise(op),
  flops: ([x]) => cost * entries(x!),
});

export const relu = activation("relu", 1);
export const relu_gradient = slope("relu_gradient", 1);
export const tanh = activation("tanh", 20);
export const tanh_gradient = slope("tanh_gradient", 3);
export const sigmoid = activation("sigmoid", 20);
export const sigmoid_gradient = slope("sigmoid_gradient", 3);
export const elu = activation("elu", 20);
export const elu_gradient = slope("elu_gradient", 2);

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
