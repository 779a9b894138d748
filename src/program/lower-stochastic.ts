/** Lowering of noise, and of sums and fills of parameters, which go by how a tensor is stored. */
import type { NodeOf } from "../graph/types.ts";
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
import type { ParameterPlace } from "./program.ts";

/** Noise in the form of the first operand's storage. */
export function lowerNoise(lowering: Lowering, node: NodeOf<"gaussian_noise"> | NodeOf<"uniform_noise">): void {
  const [like, counter] = node.inputs.map((input) => bufferOf(lowering, input)) as [never, never];
  const { elements } = like;
  const y = claim(lowering, node, temporary(`${node.op}#${node.id}`, elements));
  emit(lowering, node.op, { y, counter }, { ints: { elements, index: node.attributes.index } });
}

/** Rows of a stored tensor without their padding; what has no padding is one row. */
export function rowsOf({ storage }: ParameterPlace): Record<"rows" | "columns" | "stride", number> {
  if (storage.kind === "compact") return { rows: 1, columns: storage.index.kept, stride: storage.index.kept };
  const { rows, columns, stride } = storage;
  return stride === 1 ? { rows: 1, columns: rows, stride: rows } : { rows, columns, stride };
}

export const lowerTotal: LoweringRule<"total"> = (lowering, node) => {
  const place = placeOf(lowering, node.inputs[0]!);
  const operands = { y: result(lowering, node), x: place.buffer };
  emit(lowering, "total", operands, { ints: rowsOf(place), flops: flopsOf(lowering, node) });
};

export const lowerFill: LoweringRule<"fill"> = (lowering, node) => {
  const [like, value] = node.inputs as [NodeOf<"parameter">, NodeOf<"total">];
  const place = placeOf(lowering, like);
  const y = claim(lowering, node, temporary(`fill#${node.id}`, place.buffer.elements));
  emit(lowering, "fill", { y, value: bufferOf(lowering, value) }, { ints: rowsOf(place) });
};
