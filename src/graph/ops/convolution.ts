/** Convolutions over images, and their two gradients. */
import { fail } from "../../base/errors.ts";
import { type ConvolutionAttributes, carriesBatch, type OpDefinition, type Type } from "../types.ts";
import { entries, requireImages, requireRank, requireSame, showType } from "./rules.ts";

/** Extent of an output axis: where a kernel of `kernel` taps fits into a padded axis of `extent`. */
export function outputExtent(
  extent: number,
  kernel: number,
  { stride, padding, dilation }: { stride: number; padding: number; dilation: number },
): number {
  return Math.floor((extent + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

function requireWhole(op: string, { stride, padding, dilation, groups }: ConvolutionAttributes): void {
  const counts = [...stride, ...dilation, groups];
  if (!counts.every((n) => Number.isInteger(n) && n >= 1) || !padding.every((n) => Number.isInteger(n) && n >= 0))
    fail("usage", op, {
      rule: "stride, dilation and groups must be whole numbers from 1, padding from 0",
      got: JSON.stringify({ stride, padding, dilation, groups }),
    });
}

/** A matrix is a kernel of one tap: what a linear layer does at every position of a sequence. */
const isMatrix = (w: Type) => !carriesBatch(w) && w.shape.length === 2;

/** The output's type; throws with code `usage` where kernel, groups and image do not fit each other. */
function convolved(op: string, x: Type, w: Type, attributes: ConvolutionAttributes): Type {
  requireImages(op, "x", x);
  if (!isMatrix(w)) requireRank(op, "w", w, 4);
  requireWhole(op, attributes);
  const { stride, padding, dilation, groups } = attributes;
  const [channels, height, width] = x.shape as [number, number, number];
  const [outputs, inputs, kernelHeight = 1, kernelWidth = 1] = w.shape as [number, number, number?, number?];
  if (channels !== inputs * groups || outputs % groups !== 0)
    fail("usage", op, {
      rule: "w must be [outputs, channels / groups, height, width], outputs a multiple of groups",
      got: `${showType(x)} and ${showType(w)} in ${groups} groups`,
    });
  const along = (axis: 0 | 1) => ({ stride: stride[axis], padding: padding[axis], dilation: dilation[axis] });
  const shape = [outputs, outputExtent(height, kernelHeight, along(0)), outputExtent(width, kernelWidth, along(1))];
  if (shape.some((extent) => extent < 1))
    fail("usage", op, { rule: "the kernel must fit into the padded image", got: `${showType(x)} and ${showType(w)}` });
  return { shape, layout: "image" };
}

/** Multiply-adds count two; every tap of every output counts, those on padding too. */
const flopsOf = (outputs: Type, w: Type, density: number) =>
  2 * density * entries(w) * outputs.shape[1]! * outputs.shape[2]!;

export const convolution: OpDefinition<"convolution"> = {
  operands: ["x", "w"],
  shape: ([x, w], attributes) => convolved("convolution", x!, w!, attributes),
  gradient(graph, { inputs: [x, w], attributes }, dy) {
    const [, height, width] = x!.type.shape as [number, number, number];
    return [
      graph.node("convolution_input_gradient", [dy, w!], { ...attributes, height, width }),
      graph.node("convolution_weight_gradient", [dy, x!, w!], attributes),
    ];
  },
  flops: ([x, w], density, attributes) => flopsOf(convolved("convolution", x!, w!, attributes), w!, density),
};

export const convolution_input_gradient: OpDefinition<"convolution_input_gradient"> = {
  operands: ["dy", "w"],
  shape([dy, w], { height, width, ...attributes }, op) {
    requireImages(op, "dy", dy!);
    const dx: Type = { shape: [w!.shape[1]! * attributes.groups, height, width], layout: "image" };
    requireSame(op, dy!, convolved(op, dx, w!, attributes));
    return dx;
  },
  flops: ([dy, w], density) => flopsOf(dy!, w!, density),
};

export const convolution_weight_gradient: OpDefinition<"convolution_weight_gradient"> = {
  operands: ["dy", "x", "w"],
  shape([dy, x, w], attributes, op) {
    requireSame(op, dy!, convolved(op, x!, w!, attributes));
    return w!;
  },
  flops: ([dy, , w], density) => flopsOf(dy!, w!, density),
};
