/** Lowering of linear layers: dense or sparse kernels per direction. */
import { opFlops } from "../graph/ops/index.ts";
import type { Node } from "../graph/types.ts";
import { type Buffer, pad } from "./buffers.ts";
import {
  columnIndex,
  compactGradient,
  denseWeight,
  densityOf,
  gradientOf,
  isSparse,
  rowIndex,
} from "./lower-weights.ts";
import { bufferOf, emit, type Lowering, type LoweringRule, placeOf, result, temporary } from "./lowering.ts";

/** Batch-major copy of a value, `[lanes][features padded]`, made once per section. */
function transposed(lowering: Lowering, x: Buffer, rows: number): Buffer {
  const known = lowering.copies.get(x);
  if (known) return known;
  const { lanes } = lowering;
  const stride = pad(rows);
  const y = temporary(`${x.name}.transposed`, lanes * stride);
  lowering.copies.set(x, y);
  emit(lowering, "transpose", { y, x }, { ints: { rows, lanes, stride } });
  return y;
}

/** Lowers a linear layer and what is fused to it; `node` is the last of the chain. */
export function lowerLinear(
  lowering: Lowering,
  node: Node,
  fused: { linear: Node; bias?: Node; relu?: boolean },
): void {
  const [x, w] = fused.linear.inputs as [Node, Node];
  const { lanes } = lowering;
  const place = placeOf(lowering, w);
  const [outputs, inputs] = w.type.shape as [number, number];
  const bias = fused.bias ? bufferOf(lowering, fused.bias) : null;
  const relu = Number(fused.relu ?? false);
  const flops = lanes * (opFlops("linear", [x.type, w.type], { density: densityOf(place), attributes: {} }) + outputs);
  const operands = { x: bufferOf(lowering, x), bias };
  if (isSparse(lowering, place, { product: "linear", direction: "forward" })) {
    const index = rowIndex(lowering, place);
    const y = result(lowering, node);
    const ints = { outputs, lanes, relu };
    emit(lowering, "linear_forward_sparse", { y, ...operands, values: place.buffer, ...index }, { ints, flops });
  } else {
    const { w: dense, stride } = denseWeight(lowering, place);
    const y = result(lowering, node);
    const ints = { outputs, inputs, stride, lanes, relu };
    emit(lowering, "linear_forward_dense", { y, ...operands, w: dense }, { ints, flops });
  }
}

/** Lowers an input gradient, masked where `activation`, the ReLU that made the input, is not positive. */
export function lowerInputGradient(lowering: Lowering, node: Node, gradient: Node, activation: Node | null): void {
  const [dy, w] = gradient.inputs as [Node, Node];
  const { lanes } = lowering;
  const place = placeOf(lowering, w);
  const [outputs, inputs] = w.type.shape as [number, number];
  const operands = { dy: bufferOf(lowering, dy), relu: activation ? bufferOf(lowering, activation) : null };
  const flops =
    lanes * opFlops("linear_input_gradient", [dy.type, w.type], { density: densityOf(place), attributes: {} });
  if (isSparse(lowering, place, { product: "linear", direction: "inputGradient" })) {
    const index = columnIndex(lowering, place);
    const dx = result(lowering, node);
    const ints = { inputs, lanes };
    emit(
      lowering,
      "linear_input_gradient_sparse",
      { dx, ...operands, values: place.buffer, ...index },
      { ints, flops },
    );
  } else {
    const { w: dense, stride } = denseWeight(lowering, place);
    const dx = result(lowering, node);
    const ints = { outputs, inputs, stride, lanes };
    emit(lowering, "linear_input_gradient_dense", { dx, ...operands, w: dense }, { ints, flops });
  }
}

/** The gradient of a weight, stored as the weight is. */
export const lowerWeightGradient: LoweringRule<"linear_weight_gradient"> = (lowering, node) => {
  const [dyNode, xNode, w] = node.inputs as [Node, Node, Node];
  const [dy, x] = [bufferOf(lowering, dyNode), bufferOf(lowering, xNode)];
  const { lanes } = lowering;
  const place = placeOf(lowering, w);
  const [outputs, inputs] = w.type.shape as [number, number];
  const flops =
    lanes *
    opFlops("linear_weight_gradient", [dyNode.type, xNode.type, w.type], { density: densityOf(place), attributes: {} });
  if (isSparse(lowering, place, { product: "linear", direction: "weightGradient" })) {
    const index = rowIndex(lowering, place);
    const ints = { outputs, lanes };
    const dvalues = compactGradient(lowering, node, place);
    emit(lowering, "linear_weight_gradient_sparse", { dvalues, dy, x, ...index }, { ints, flops });
    return;
  }
  const stride = pad(inputs);
  const ints = { outputs, stride, lanes };
  const xt = transposed(lowering, x, inputs);
  const dw = gradientOf(lowering, node, { place, rows: outputs, stride });
  emit(lowering, "linear_weight_gradient_dense", { dw: dw.buffer, dy, xt }, { ints, flops });
  dw.compress();
};
