/** A convolution or its input gradient as one walk: result pixels gather source pixels along two axes. */
import { LANE_BLOCK } from "./buffers.ts";
import { type Axis, forwardAxis, gradientAxis } from "./convolution-axis.ts";
import type { ConvolutionShape } from "./convolution-shape.ts";

/** Floats of a pixel: one block of lanes. */
export const PIXEL = LANE_BLOCK;

/** The walk of one direction; images are `[blocks][channels][rows][columns][16]`. */
export interface Geometry {
  readonly direction: "forward" | "gradient";
  readonly blocks: number;
  readonly groups: number;
  /** Of all groups. */
  readonly resultChannels: number;
  readonly sourceChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly rows: Axis;
  readonly columns: Axis;
}

const rowShape = (shape: ConvolutionShape) => ({
  extent: shape.height,
  outExtent: shape.outHeight,
  kernel: shape.kernelHeight,
  stride: shape.strideHeight,
  padding: shape.padHeight,
  dilation: shape.dilationHeight,
});

const columnShape = (shape: ConvolutionShape) => ({
  extent: shape.width,
  outExtent: shape.outWidth,
  kernel: shape.kernelWidth,
  stride: shape.strideWidth,
  padding: shape.padWidth,
  dilation: shape.dilationWidth,
});

/** The walk of the forward direction: results are outputs, sources inputs. */
export function forwardGeometry(shape: ConvolutionShape): Geometry {
  const { blocks, groups, channels, outputs, kernelHeight, kernelWidth } = shape;
  const axes = { rows: forwardAxis(rowShape(shape)), columns: forwardAxis(columnShape(shape)) };
  return {
    direction: "forward",
    blocks,
    groups,
    resultChannels: outputs,
    sourceChannels: channels,
    kernelHeight,
    kernelWidth,
    ...axes,
  };
}

/** The walk of the input gradient: results are inputs, sources outputs. */
export function gradientGeometry(shape: ConvolutionShape): Geometry {
  const { blocks, groups, channels, outputs, kernelHeight, kernelWidth } = shape;
  const axes = { rows: gradientAxis(rowShape(shape)), columns: gradientAxis(columnShape(shape)) };
  return {
    direction: "gradient",
    blocks,
    groups,
    resultChannels: channels,
    sourceChannels: outputs,
    kernelHeight,
    kernelWidth,
    ...axes,
  };
}
