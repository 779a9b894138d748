/** Numbers read column by column as columns of a table: chosen rows, row after row, on shared memory. */

import { sharedBytes } from "../dataset.ts";
import type { Column } from "../table.ts";

/** Values of several columns, each in the order of the file. */
export type Values = readonly (readonly number[])[];

/** One float column of all `values` at `rows`, shape `[values]`. */
export function packFloats(values: Values, rows: Int32Array): Column {
  const data = new Float32Array(sharedBytes(4 * values.length * rows.length).buffer);
  fill(data, values, rows);
  return { type: "f32", shape: [values.length], data };
}

/** The same of 0 and 1. */
export function packFlags(values: Values, rows: Int32Array): Column {
  const data = sharedBytes(values.length * rows.length);
  fill(data, values, rows);
  return { type: "u8", shape: [values.length], data };
}

/** Class indices of `classes` classes, one a row: bytes up to 256 classes, else 32-bit integers. */
export function packClasses(values: readonly number[], rows: Int32Array, classes: number): Column {
  const bytes = sharedBytes((classes <= 256 ? 1 : 4) * rows.length);
  const data = classes <= 256 ? bytes : new Int32Array(bytes.buffer);
  fill(data, [values], rows);
  return { type: classes <= 256 ? "u8" : "i32", shape: [], data };
}

function fill(data: Column["data"], values: Values, rows: Int32Array): void {
  for (const [entry, column] of values.entries()) {
    for (let i = 0; i < rows.length; i++) data[i * values.length + entry] = column[rows[i]!]!;
  }
}
