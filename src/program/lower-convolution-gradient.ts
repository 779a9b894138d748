/** Lowering of the weight gradients of convolutions: dense or sparse kernels. */
import type { Node } from "../graph/types.ts";
import { LANE_BLOCK, pad, type Storage } from "./buffers.ts";
import { planGradient } from "./convolution-jobs.ts";
import { type ConvolutionShape, convolutionShape, shapeConstant } from "./convolution-shape.ts";
import { compactGradient, densityOf, gradientOf, isSparse, rowIndex } from "./lower-weights.ts";
import { bufferOf, emit, flopsOf, type Lowering, type LoweringRule, type Operands, placeOf } from "./lowering.ts";
import type { ParameterPlace } from "./program.ts";

/** A weight's gradient: what every kernel of it reads. */
interface Gradient {
  readonly place: ParameterPlace;
  readonly shape: ConvolutionShape;
  readonly operands: Operands;
  readonly flops: number;
}

/** The gradient of a convolution's weight, stored as the weight is. */
export const lowerConvolutionWeightGradient: LoweringRule<"convolution_weight_gradient"> = (lowering, node) => {
  const [dy, x, w] = node.inputs as [Node, Node, Node];
  const place = placeOf(lowering, w);
  const shape = convolutionShape(lowering, { x: x.type, w: w.type, y: dy.type }, node.attributes);
  const constant = shapeConstant(lowering, { ...shape });
  const operands = { dy: bufferOf(lowering, dy), x: bufferOf(lowering, x), shape: constant };
  const flops = flopsOf(lowering, node as Node) * densityOf(place);
  const lowerGradient = isSparse(lowering, place, { product: "convolution", direction: "weightGradient" })
    ? lowerSparse
    : lowerDense;
  lowerGradient(lowering, node, { place, shape, operands, flops });
};

function lowerDense(lowering: Lowering, node: Node, { place, shape, operands, flops }: Gradient): void {
  const { outputs, channels, groups, kernelHeight, kernelWidth } = shape;
  const stride = pad((channels / groups) * kernelHeight * kernelWidth);
  const dw = gradientOf(lowering, node, { place, rows: outputs, stride });
  const ints = { units: outputs, stride };
  emit(lowering, "convolution_weight_gradient_dense", { dw: dw.buffer, ...operands }, { ints, flops });
  dw.compress();
}

function lowerSparse(lowering: Lowering, node: Node, { place, shape, operands, flops }: Gradient): void {
  const { storage, buffer } = place as ParameterPlace & { storage: Extract<Storage, { kind: "compact" }> };
  const { jobs, weights, taps, ...ints } = planGradient(storage.index, shape);
  const numbers = Object.values(shape).join(" ");
  const plan = {
    jobs: lowering.shared.constant(`${buffer.name}.jobs ${numbers}`, jobs),
    weights: lowering.shared.constant(`${buffer.name}.weights ${numbers}`, weights),
    taps: lowering.shared.constant(`taps ${numbers}`, taps),
  };
  const dvalues = compactGradient(lowering, node, place);
  const all = { dvalues, ...operands, ...rowIndex(lowering, place), ...plan };
  emit(lowering, "convolution_weight_gradient_sparse", all, { ints, flops, scratch: ints.slots * LANE_BLOCK });
}
