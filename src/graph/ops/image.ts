/** Ops that move and gather the pixels of images: pooling, concatenation, padding. */
import { fail } from "../../base/errors.ts";
import type { OpDefinition, Pair, PoolAttributes, Type } from "../types.ts";
import { outputExtent } from "./convolution.ts";
import { entries, requireImages, requireSame, showType } from "./rules.ts";

function pooled(op: string, x: Type, { kernel, stride, padding }: PoolAttributes): Type {
  requireImages(op, "x", x);
  if (padding.some((extent, axis) => 2 * extent > kernel[axis]!))
    fail("usage", op, { rule: "padding must be at most half the kernel", got: `${padding} of ${kernel}` });
  const along = (axis: 0 | 1) =>
    outputExtent(x.shape[axis + 1]!, kernel[axis], { stride: stride[axis], padding: padding[axis], dilation: 1 });
  const shape = [x.shape[0]!, along(0), along(1)];
  if (shape.some((extent) => extent < 1))
    fail("usage", op, { rule: "the window must fit into the padded image", got: `${kernel} in ${showType(x)}` });
  return { shape, layout: "image" };
}

export const max_pool: OpDefinition<"max_pool"> = {
  operands: ["x"],
  shape: ([x], attributes) => pooled("max_pool", x!, attributes),
  gradient: (graph, node, dy) => [graph.node("max_pool_gradient", [dy, node.inputs[0]!, node], node.attributes)],
};

export const max_pool_gradient: OpDefinition<"max_pool_gradient"> = {
  operands: ["dy", "x", "y"],
  shape([dy, x, y], attributes, op) {
    requireSame(op, dy!, y!);
    requireSame(op, y!, pooled(op, x!, attributes));
    return x!;
  },
  flops: ([, x]) => entries(x!),
};

export const average_pool: OpDefinition<"average_pool"> = {
  operands: ["x"],
  shape: ([x], attributes) => pooled("average_pool", x!, attributes),
  gradient(graph, { inputs: [x], attributes }, dy) {
    const [, height, width] = x!.type.shape as [number, number, number];
    return [graph.node("average_pool_gradient", [dy], { ...attributes, height, width })];
  },
};

export const average_pool_gradient: OpDefinition<"average_pool_gradient"> = {
  operands: ["dy"],
  shape([dy], { height, width, ...attributes }, op) {
    requireImages(op, "dy", dy!);
    const dx: Type = { shape: [dy!.shape[0]!, height, width], layout: "image" };
    requireSame(op, dy!, pooled(op, dx, attributes));
    return dx;
  },
  flops: ([dy]) => entries(dy!),
};

export const concatenate: OpDefinition<"concatenate"> = {
  operands: ["x..."],
  shape(inputs, _, op) {
    const [first] = inputs;
    for (const input of inputs) {
      requireImages(op, "x", input);
      if (input.shape[1] !== first!.shape[1] || input.shape[2] !== first!.shape[2])
        fail("usage", op, { rule: "images must have one size", got: inputs.map(showType).join(" and ") });
    }
    const channels = inputs.reduce((sum, { shape }) => sum + shape[0]!, 0);
    return { shape: [channels, first!.shape[1]!, first!.shape[2]!], layout: "image" };
  },
  gradient(graph, { inputs }, dy) {
    const counts = inputs.map(({ type }) => type.shape[0]!);
    return counts.map((count, i) => {
      const from = counts.slice(0, i).reduce((a, b) => a + b, 0);
      return graph.node("channels", [dy], { from, count });
    });
  },
  flops: () => 0,
};

export const channels: OpDefinition<"channels"> = {
  operands: ["x"],
  shape([x], { from, count }, op) {
    requireImages(op, "x", x!);
    if (!(from >= 0 && count >= 1 && from + count <= x!.shape[0]!))
      fail("usage", op, {
        rule: "must lie within the image's channels",
        got: `${from}+${count} of ${showType(x!)}`,
      });
    return { shape: [count, x!.shape[1]!, x!.shape[2]!], layout: "image" };
  },
  gradient(graph, { inputs: [x], attributes: { from, count } }, dy) {
    const none: Pair = [0, 0];
    const around: Pair = [from, x!.type.shape[0]! - from - count];
    return [graph.node("pad", [dy], { channels: around, rows: none, columns: none })];
  },
  flops: () => 0,
};

const negated = ([before, after]: Pair): Pair => [-before, -after];

export const pad: OpDefinition<"pad"> = {
  operands: ["x"],
  shape([x], { channels, rows, columns }, op) {
    requireImages(op, "x", x!);
    const around = [channels, rows, columns];
    const shape = x!.shape.map((extent, axis) => extent + around[axis]![0] + around[axis]![1]);
    if (shape.some((extent) => extent < 1)) fail("usage", op, { rule: "something must be left", got: `[${shape}]` });
    return { shape, layout: "image" };
  },
  gradient: (graph, { attributes: { channels, rows, columns } }, dy) => [
    graph.node("pad", [dy], { channels: negated(channels), rows: negated(rows), columns: negated(columns) }),
  ],
  flops: () => 0,
};
