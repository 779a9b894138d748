/** Masks that are made of scores at every step, with gradients that go straight through them. */
import { fail } from "../../base/errors.ts";
import { carriesBatch, type OpDefinition, type Type } from "../types.ts";
import { elementwise, entries, requireSame, showType } from "./rules.ts";

function requireTensor(op: string, x: Type): void {
  if (carriesBatch(x)) fail("usage", op, { rule: "x must be a tensor without a batch", got: showType(x) });
}

/** A magnitude, and a place as a multiple of 4,096 and a rest, since a float does not hold every whole number. */
const threshold: Type = { shape: [3], layout: "plain" };

export const magnitude_threshold: OpDefinition<"magnitude_threshold"> = {
  operands: ["x..."],
  shape(inputs, { kept }, op) {
    for (const input of inputs) requireTensor(op, input);
    const count = inputs.reduce((sum, input) => sum + entries(input), 0);
    if (!(Number.isInteger(kept) && kept >= 0 && kept <= count))
      fail("usage", op, { rule: `kept must be a whole number from 0 to ${count}`, got: kept });
    return threshold;
  },
  flops: () => 0,
};

export const keep_largest: OpDefinition<"keep_largest"> = {
  operands: ["x", "threshold"],
  shape([x, t], { from }, op) {
    requireTensor(op, x!);
    requireSame(op, t!, threshold);
    if (!(Number.isInteger(from) && from >= 0))
      fail("usage", op, { rule: "from must be a whole number from 0", got: from });
    return x!;
  },
  gradient: (graph, { inputs: [x] }, dy) => [graph.node("magnitude_gradient", [dy, x!], {}), null],
  straightThrough: true,
};

export const magnitude_gradient: OpDefinition<"magnitude_gradient"> = {
  operands: ["dy", "x"],
  shape: elementwise,
};

export const bernoulli_mask: OpDefinition<"bernoulli_mask"> = {
  operands: ["p", "u"],
  shape: elementwise,
  gradient: (_graph, _node, dy) => [dy, null],
  straightThrough: true,
};

export const signed_mask: OpDefinition<"signed_mask"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (_graph, _node, dy) => [dy],
  straightThrough: true,
};
