/** The rules of a table: columns of the right element type and length, whose floats are finite. */

import { fail } from "../base/errors.ts";
import { sizeOf } from "../base/shape.ts";
import { COLUMN_ARRAYS, type Column, type ColumnData, type Table } from "./table.ts";

/** Throws `data` naming `where`, the column and its first wrong row on a table that breaks a rule of {@link Table}. */
export function checkTable(where: string, table: Table): void {
  if (typeof table?.columns !== "object" || table.columns === null) {
    const rule = "must be a table of columns";
    const remedy = 'Write { count, columns: { images: { type: "u8", shape, data }, ... } }';
    fail("data", where, { rule, got: table && `members ${Object.keys(table).join(", ")}`, remedy });
  }
  if (!isPositiveInteger(table.count)) fail("data", where, { rule: "must have one row or more", got: table.count });
  for (const [name, column] of Object.entries(table.columns)) checkOne(`${where}, ${name}`, column, table.count);
}

function checkOne(where: string, column: Column, count: number): void {
  const { type, shape, data, lengths } = column;
  const array = COLUMN_ARRAYS[type] ?? fail("data", where, { rule: "must be of type u8, i32 or f32", got: type });
  if (!(data instanceof array)) {
    fail("data", where, {
      rule: `type ${type} is held by a ${array.name}`,
      got: `a ${(data as ColumnData)?.constructor.name}`,
    });
  }
  if (!Array.isArray(shape) || !shape.every(isPositiveInteger)) {
    fail("data", where, { rule: "its shape must be positive integers, [] for single numbers", got: shape });
  }
  const size = sizeOf(shape);
  if (lengths) checkLengths(where, lengths, count);
  const items = lengths ? lengths.reduce((sum, length) => sum + length, 0) : count;
  if (data.length !== items * size) {
    const of = lengths ? `${items} items in ${count} rows` : `${count} rows`;
    fail("data", where, { rule: `must hold ${items * size} numbers, ${size} for each of ${of}`, got: data.length });
  }
  if (type === "f32") {
    checkValues(where, column, {
      rule: "must be finite",
      remedy: "Correct or remove the row",
      allows: Number.isFinite,
    });
  }
}

function checkLengths(where: string, lengths: Int32Array, count: number): void {
  if (!(lengths instanceof Int32Array) || lengths.length !== count) {
    const got = `a ${(lengths as Int32Array).constructor.name} of ${lengths.length}`;
    fail("data", where, { rule: `lengths must be an Int32Array of ${count}, one a row`, got });
  }
  const row = lengths.findIndex((length) => length < 0);
  if (row >= 0) fail("data", `${where}, row ${row}`, { rule: "its length must be 0 or more", got: lengths[row] });
}

/** Throws `data` naming the first row that holds a value which is not allowed; rows are counted from 0. */
export function checkValues(
  where: string,
  { shape, data, lengths }: Column,
  { rule, remedy, allows }: { rule: string; remedy: string; allows: (value: number) => boolean },
): void {
  const at = data.findIndex((value) => !allows(value));
  if (at < 0) return;
  const size = sizeOf(shape);
  fail("data", `${where}, row ${rowOf(Math.floor(at / size), lengths)}`, { rule, got: data[at], remedy });
}

/** The row that an item belongs to. */
function rowOf(item: number, lengths: Int32Array | undefined): number {
  if (!lengths) return item;
  let end = 0;
  return lengths.findIndex((length) => (end += length) > item);
}

/** Tells whether `value` is an integer above 0. */
export function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
