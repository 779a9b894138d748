/** Tables of chosen rows, and of pictures in another form. */

import type { DatasetDescription } from "../dataset.ts";
import { type Column, type ColumnData, columnOf, labelColumn, rowSize, sharedBytes, type Table } from "../table.ts";
import { resizePlanes } from "./resize.ts";

/** The rows whose class is in `classes`, in their order, and the classes numbered by their place there, of `count` in all. */
export function ofClasses(table: Table, classes: readonly number[]): Table {
  const { data } = columnOf(table, "labels");
  const numbers = new Map(classes.map((each, i) => [each, i]));
  const kept = rowsOf(table, (row) => numbers.has(data[row]!));
  const chosen = rowsAt(table, kept);
  const labels = labelColumn(kept.length, classes.length);
  for (let i = 0; i < kept.length; i++) labels.data[i] = numbers.get(data[kept[i]!]!)!;
  return { ...chosen, columns: { ...chosen.columns, labels } };
}

/** Of every class the first, third, fifth image and so on for `a`, the others for `b`; in their order. */
export function halfOf(table: Table, half: string): Table {
  const { data } = columnOf(table, "labels");
  const seen = new Map<number, number>();
  const kept = rowsOf(table, (row) => {
    const rank = seen.get(data[row]!) ?? 0;
    seen.set(data[row]!, rank + 1);
    return rank % 2 === (half === "a" ? 0 : 1);
  });
  return rowsAt(table, kept);
}

/** Pictures of `shape` at `size` by `size` pixels. */
export function resized(table: Table, [channels, height, width]: readonly number[], size: number): Table {
  return withImages(table, [channels!, size, size], (from, to) =>
    resizePlanes({ data: from, height: height!, width: width! }, size, to),
  );
}

/** Grey pictures in three equal channels. */
export function asRgb(table: Table, shape: DatasetDescription["shape"]): Table {
  const [, height, width] = shape as [number, number, number];
  const pixels = height * width;
  return withImages(table, [3, height, width], (from, to) => {
    for (let at = 0; at < from.length; at += pixels)
      for (let c = 0; c < 3; c++) to.set(from.subarray(at, at + pixels), 3 * at + c * pixels);
  });
}

function withImages(table: Table, shape: readonly number[], fill: (from: ColumnData, to: ColumnData) => void): Table {
  const { type, data } = columnOf(table, "images");
  const made = empty({ type, shape }, table.count);
  fill(data, made);
  return { ...table, columns: { ...table.columns, images: { type, shape, data: made } } };
}

function rowsOf({ count }: Table, keeps: (row: number) => boolean): Int32Array {
  return Int32Array.from(Array.from({ length: count }, (_, row) => row).filter(keeps));
}

/** The rows `rows` of a table, copied. */
export function rowsAt({ columns }: Table, rows: Int32Array): Table {
  const all = Object.entries(columns).map(([name, column]) => {
    const size = rowSize(column);
    const data = empty(column, rows.length);
    for (let i = 0; i < rows.length; i++)
      data.set(column.data.subarray(rows[i]! * size, (rows[i]! + 1) * size), i * size);
    return [name, { type: column.type, shape: column.shape, data }];
  });
  return { count: rows.length, columns: Object.fromEntries(all) };
}

/** Zeros of a column's type for so many rows, on shared memory. */
function empty({ type, shape }: Pick<Column, "type" | "shape">, count: number): ColumnData {
  const length = count * rowSize({ shape });
  if (type === "u8") return sharedBytes(length);
  const { buffer } = sharedBytes(4 * length);
  return type === "i32" ? new Int32Array(buffer) : new Float32Array(buffer);
}
