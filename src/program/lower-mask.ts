/** Lowering of masks that are made of scores. */
import { type Node, sizeOf } from "../graph/types.ts";
import type { Buffer } from "./buffers.ts";
import { rowsOf } from "./lower-stochastic.ts";
import {
  bufferOf,
  claim,
  emit,
  flopsOf,
  type Lowering,
  type LoweringRule,
  placeOf,
  result,
  temporary,
} from "./lowering.ts";

/** Numbers of each thread's scratch: four tables of as many counts as eleven bits have values, and counts of the rest. */
const COUNTS = 4 * 2048 + 16;

/** Of one tensor as it is stored, of several behind one another. */
export const lowerThreshold: LoweringRule<"magnitude_threshold"> = (lowering, node) => {
  const { kept } = node.attributes;
  const place = placeOf(lowering, node.inputs[0]!);
  const { x, rows } =
    node.inputs.length === 1 ? { x: place.buffer, rows: rowsOf(place) } : packed(lowering, node.inputs, node.id);
  const candidates: Buffer = { ...temporary(`candidates#${node.id}`, x.elements), type: "i32" };
  const operands = { y: result(lowering, node), candidates, x };
  emit(lowering, "magnitude_threshold", operands, { ints: { ...rows, kept }, scratch: COUNTS });
};

function packed(lowering: Lowering, inputs: readonly Node[], id: number) {
  const count = inputs.reduce((sum, { type }) => sum + sizeOf(type.shape), 0);
  const x: Buffer = temporary(`packed#${id}`, count);
  let from = 0;
  for (const input of inputs) {
    const place = placeOf(lowering, input);
    const rows = rowsOf(place);
    emit(lowering, "pack_rows", { y: x, x: place.buffer }, { ints: { ...rows, from } });
    from += rows.rows * rows.columns;
  }
  return { x, rows: { rows: 1, columns: count, stride: count } };
}

export const lowerKeepLargest: LoweringRule<"keep_largest"> = (lowering, node) => {
  const [x, threshold] = node.inputs as [Node, Node];
  const place = placeOf(lowering, x);
  const y = claim(lowering, node, temporary(`keep_largest#${node.id}`, place.buffer.elements));
  const operands = { y, x: place.buffer, threshold: bufferOf(lowering, threshold) };
  const ints = { ...rowsOf(place), from: node.attributes.from };
  emit(lowering, "keep_largest", operands, { ints, flops: flopsOf(lowering, node) });
};
