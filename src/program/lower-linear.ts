/** Lowering of linear layers: dense or sparse kernels per direction, and the copies that dense kernels need. */
import { OPS } from "../graph/ops/index.ts";
import type { Node } from "../graph/types.ts";
import { type Buffer, pad, type Storage } from "./buffers.ts";
import { takesSparse } from "./choose.ts";
import {
  bufferOf,
  claim,
  emit,
  type Lowering,
  type LoweringRule,
  type Operands,
  placeOf,
  result,
  temporary,
} from "./lowering.ts";
import type { ParameterPlace } from "./program.ts";

type Compact = Extract<Storage, { kind: "compact" }>;

const isSparse = ({ shared }: Lowering, { storage }: ParameterPlace, direction: Parameters<typeof takesSparse>[1]) =>
  takesSparse(storage, direction, shared.crossover);

/** Fraction of a weight that is kept. */
function densityOf({ storage }: ParameterPlace): number {
  return storage.kind === "dense" ? 1 : storage.index.kept / (storage.index.rows * storage.index.columns);
}

function rowIndex({ shared }: Lowering, { buffer, storage }: ParameterPlace): Operands {
  const { index } = storage as Compact;
  return {
    start: shared.constant(`${buffer.name}.rowStart`, index.rowStart),
    column: shared.constant(`${buffer.name}.column`, index.column),
  };
}

function columnIndex({ shared }: Lowering, { buffer, storage }: ParameterPlace): Operands {
  const { index } = storage as Compact;
  return {
    start: shared.constant(`${buffer.name}.columnStart`, index.columnStart),
    row: shared.constant(`${buffer.name}.row`, index.row),
    position: shared.constant(`${buffer.name}.position`, index.position),
  };
}

/** The weight as a dense matrix: as stored, or expanded once per section from its kept values. */
function denseWeight(lowering: Lowering, place: ParameterPlace): { w: Buffer; stride: number } {
  const { buffer, storage } = place;
  if (storage.kind === "dense") return { w: buffer, stride: storage.stride };
  const { rows, columns } = storage.index;
  const stride = pad(columns);
  const known = lowering.copies.get(buffer);
  if (known) return { w: known, stride };
  const dense = temporary(`${buffer.name}.expanded`, rows * stride);
  lowering.copies.set(buffer, dense);
  emit(lowering, "expand", { dense, values: buffer, ...rowIndex(lowering, place) }, { ints: { rows, stride } });
  return { w: dense, stride };
}

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
  const flops = lanes * (OPS.linear.flops([x.type, w.type], densityOf(place)) + outputs);
  const operands = { x: bufferOf(lowering, x), bias };
  if (isSparse(lowering, place, "forward")) {
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
  const flops = lanes * OPS.linear_input_gradient.flops([dy.type, w.type], densityOf(place));
  if (isSparse(lowering, place, "inputGradient")) {
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
  const flops = lanes * OPS.linear_weight_gradient.flops([dyNode.type, xNode.type, w.type], densityOf(place));
  const gradient = () => claim(lowering, node, temporary(`${place.buffer.name}.gradient`, place.buffer.elements));
  if (isSparse(lowering, place, "weightGradient")) {
    const index = rowIndex(lowering, place);
    const ints = { outputs, lanes };
    emit(lowering, "linear_weight_gradient_sparse", { dvalues: gradient(), dy, x, ...index }, { ints, flops });
    return;
  }
  const stride = pad(inputs);
  const ints = { outputs, stride, lanes };
  const xt = transposed(lowering, x, inputs);
  const compact = place.storage.kind === "compact";
  const dw = compact ? temporary(`${place.buffer.name}.gradient.dense`, outputs * stride) : gradient();
  emit(lowering, "linear_weight_gradient_dense", { dw, dy, xt }, { ints, flops });
  if (!compact) return;
  const operands = { values: gradient(), dense: dw, ...rowIndex(lowering, place) };
  emit(lowering, "compress", operands, { ints: { rows: outputs, stride } });
};
