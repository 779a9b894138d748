/** What is learnt from and scored on: named columns of one length, whose rows a kernel gathers into batches. */

import { fail } from "../base/errors.ts";
import { sizeOf } from "../base/shape.ts";

/** A column's numbers: bytes, 32-bit integers or floats. */
export type ColumnData = Uint8Array | Int32Array | Float32Array;

/** What holds the numbers of each type of column. */
export const COLUMN_ARRAYS = { u8: Uint8Array, i32: Int32Array, f32: Float32Array } as const;

/** One field of every row. */
export interface Column {
  readonly type: "u8" | "i32" | "f32";
  /** Of one row; of a ragged column, of one of its items. `[]` is a single number. */
  readonly shape: readonly number[];
  /** Row after row, on shared memory so that every worker reads one copy. */
  readonly data: ColumnData;
  /** Items of each row of a ragged column, `[count]`; absent where all rows have one shape. */
  readonly lengths?: Int32Array;
}

/** Named columns of `count` rows. */
export interface Table {
  readonly count: number;
  readonly columns: Readonly<Record<string, Column>>;
}

/** `length` zero bytes on shared memory, or on plain memory in a browser page that may not share. */
export function sharedBytes(length: number): Uint8Array {
  const shares = typeof SharedArrayBuffer !== "undefined";
  return new Uint8Array(shares ? new SharedArrayBuffer(length) : new ArrayBuffer(length));
}

/** The smallest type of column that holds the indices of so many classes. */
export function labelColumn(count: number, classes: number): Column {
  if (classes <= 256) return { type: "u8", shape: [], data: sharedBytes(count) };
  return { type: "i32", shape: [], data: new Int32Array(sharedBytes(4 * count).buffer) };
}

/** Images with class labels: bytes `[count][channels][height][width]`, and a class index for each. */
export function imageTable(images: Uint8Array, labels: Uint8Array | Int32Array, shape: readonly number[]): Table {
  const type = labels instanceof Uint8Array ? "u8" : "i32";
  const columns = { images: { type: "u8", shape, data: images }, labels: { type, shape: [], data: labels } } as const;
  return { count: labels.length, columns };
}

/** The first `count` rows of a table, or all where it has fewer; their numbers are not copied. */
export function firstRows(table: Table, count: number): Table {
  if (count >= table.count) return table;
  const first = ({ lengths, ...column }: Column): Column => {
    const own = lengths?.subarray(0, count);
    const items = own ? own.reduce((sum, length) => sum + length, 0) : count;
    return { ...column, data: column.data.subarray(0, items * rowSize(column)), ...(own && { lengths: own }) };
  };
  const columns = Object.entries(table.columns).map(([name, column]) => [name, first(column)] as const);
  return { count, columns: Object.fromEntries(columns) };
}

/** A column of a table; throws `data` where it has none of the name. */
export function columnOf({ columns }: Table, name: string): Column {
  const rule = `must be a column of the data (it has ${Object.keys(columns).join(", ")})`;
  return columns[name] ?? fail("data", name, { rule });
}

/** Numbers in one row of a column that is not ragged. */
export function rowSize({ shape }: Pick<Column, "shape">): number {
  return sizeOf(shape);
}
