/** The numbers of a convolution as its kernels read them: one constant of whole numbers, in this order. */
import type { ConvolutionAttributes, Node } from "../graph/types.ts";
import { type Buffer, LANE_BLOCK } from "./buffers.ts";
import type { Lowering } from "./lowering.ts";

/** Fields of the constant; native/kernels/convolution.h has the same ones in the same order. */
export interface ConvolutionShape {
  readonly blocks: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outputs: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly groups: number;
}

/** The numbers of a convolution of images `x` by `w` to images `y`. */
export function convolutionShape(
  { lanes }: Lowering,
  { x, w, y }: { x: Node["type"]; w: Node["type"]; y: Node["type"] },
  { stride, padding, dilation, groups }: ConvolutionAttributes,
): ConvolutionShape {
  // Kernels carry columns in registers and share out rows: the positions that a matrix meets are cut anew, in their order.
  const cut = ({ shape }: Node["type"]) => {
    const [features, height, width] = shape as [number, number, number];
    const rows = w.shape.length > 2 ? height : (height * width) % 4 ? 1 : 4;
    return [features, rows, (height * width) / rows] as const;
  };
  const [channels, height, width] = cut(x);
  const [outputs, outHeight, outWidth] = cut(y);
  return {
    ...{ blocks: lanes / LANE_BLOCK, channels, height, width, outputs, outHeight, outWidth },
    ...{ kernelHeight: w.shape[2] ?? 1, kernelWidth: w.shape[3] ?? 1, strideHeight: stride[0], strideWidth: stride[1] },
    ...{ padHeight: padding[0], padWidth: padding[1], dilationHeight: dilation[0], dilationWidth: dilation[1], groups },
  };
}

/** The constant that holds the numbers, the same one for equal numbers. */
export function shapeConstant({ shared }: Lowering, shape: Readonly<Record<string, number>>): Buffer {
  const numbers = Object.values(shape);
  return shared.constant(`shape ${numbers.join(" ")}`, Int32Array.from(numbers));
}
