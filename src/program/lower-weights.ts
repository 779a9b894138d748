/** What lowering asks of a weight in any layer: how it is stored, its index, and the copies that dense kernels need. */
import type { Node } from "../graph/types.ts";
import { type Buffer, pad, type Storage } from "./buffers.ts";
import { takesSparse } from "./choose.ts";
import { claim, emit, type Lowering, type Operands, temporary } from "./lowering.ts";
import type { ParameterPlace } from "./program.ts";

type Compact = Extract<Storage, { kind: "compact" }>;

/** Whether a direction of a layer takes its sparse kernel. */
export const isSparse = (
  { shared }: Lowering,
  { storage }: ParameterPlace,
  direction: Parameters<typeof takesSparse>[1],
) => takesSparse(storage, direction, shared.crossover);

/** Fraction of a weight that is kept. */
export function densityOf({ storage }: ParameterPlace): number {
  return storage.kind === "dense" ? 1 : storage.index.kept / (storage.index.rows * storage.index.columns);
}

/** The kept entries walked by row. */
export function rowIndex({ shared }: Lowering, { buffer, storage }: ParameterPlace): Operands {
  const { index } = storage as Compact;
  return {
    start: shared.constant(`${buffer.name}.rowStart`, index.rowStart),
    column: shared.constant(`${buffer.name}.column`, index.column),
  };
}

/** The kept entries walked by column. */
export function columnIndex({ shared }: Lowering, { buffer, storage }: ParameterPlace): Operands {
  const { index } = storage as Compact;
  return {
    start: shared.constant(`${buffer.name}.columnStart`, index.columnStart),
    row: shared.constant(`${buffer.name}.row`, index.row),
    position: shared.constant(`${buffer.name}.position`, index.position),
  };
}

/** The weight as a dense matrix: as stored, or expanded once per section from its kept values. */
export function denseWeight(lowering: Lowering, place: ParameterPlace): { w: Buffer; stride: number } {
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

/** The place of a weight's gradient, stored as the weight is. */
export function compactGradient(lowering: Lowering, node: Node, { buffer }: ParameterPlace): Buffer {
  return claim(lowering, node, temporary(`${buffer.name}.gradient`, buffer.elements));
}

/** Where a dense kernel writes a weight's gradient, and what has to follow: of a compact weight, the kept values. */
export function gradientOf(
  lowering: Lowering,
  node: Node,
  { place, rows, stride }: { place: ParameterPlace; rows: number; stride: number },
): { buffer: Buffer; compress: () => void } {
  if (place.storage.kind === "dense") return { buffer: compactGradient(lowering, node, place), compress: () => {} };
  const dense = temporary(`${place.buffer.name}.gradient.dense`, rows * stride);
  const compress = () => {
    const operands = { values: compactGradient(lowering, node, place), dense, ...rowIndex(lowering, place) };
    emit(lowering, "compress", operands, { ints: { rows, stride } });
  };
  return { buffer: dense, compress };
}
