/** The columns that a program gathers from, found in a table and checked: engines trust what comes out of here. */
import { fail } from "../base/errors.ts";
import { sizeOf } from "../base/shape.ts";
import { COLUMN_ARRAYS, type Column, columnOf, type Table } from "../dataset/table.ts";
import type { ColumnUse, Program } from "../program/program.ts";

/** A column as kernels read it. */
export interface BoundColumn extends Column {
  /** Where the items of every row of a ragged column start, `[count + 1]`; null where all rows have one shape. */
  readonly starts: Int32Array | null;
}

/**
 * What each of a program's uses of columns reads of a table, in the program's order. Throws `data` where a column is
 * missing, is not of the type or the size that its op reads, or has more or fewer numbers than its rows.
 */
export function bindColumns({ columns }: Program, table: Table): BoundColumn[] {
  return columns.map((use) => {
    const column = columnOf(table, use.name);
    checkUse(column, use);
    checkRows(use.name, column, table.count);
    return { ...column, starts: column.lengths ? startsOf(column.lengths) : null };
  });
}

/** As the kernels know the types. */
const TYPES = { u8: 0, i32: 1, f32: 2 } as const;

/** The type and the numbers of an item of every column in turn, as kernels read them. */
export function columnNumbers(columns: readonly BoundColumn[]): Int32Array {
  return Int32Array.from(columns.flatMap(({ type, shape }) => [TYPES[type], sizeOf(shape)]));
}

function checkUse({ type, shape, lengths }: Column, { name, op, most }: ColumnUse): void {
  const remedy = "Use the data set that the model was fitted to";
  const got = `${lengths ? "ragged " : ""}${type} [${shape}]`;
  if (op === "images" && (type === "i32" || lengths))
    fail("data", name, { rule: "images must be bytes or floats", got, remedy });
  if (op === "lengths" && !lengths) fail("data", name, { rule: "must be ragged, to have lengths", got, remedy });
  const size = sizeOf(shape);
  if (op === "lengths" || size === most || (lengths && most % size === 0)) return;
  fail("data", name, { rule: `must have ${most} numbers a row`, got, remedy });
}

function checkRows(name: string, { type, shape, data, lengths }: Column, count: number): void {
  const array = COLUMN_ARRAYS[type];
  if (!(data instanceof array)) {
    const got = (data as object).constructor.name;
    fail("data", name, { rule: `a column of type ${type} must be a ${array.name}`, got, remedy: "See checkDataset" });
  }
  const items = lengths ? lengths.reduce((sum, length) => sum + length, 0) : count;
  const rows = lengths ? lengths.length : count;
  if (data.length === items * sizeOf(shape) && rows === count) return;
  const rule = `must have ${items * sizeOf(shape)} numbers in ${count} rows`;
  fail("data", name, { rule, got: `${data.length} in ${rows}` });
}

function startsOf(lengths: Int32Array): Int32Array {
  const starts = new Int32Array(lengths.length + 1);
  lengths.forEach((length, row) => {
    starts[row + 1] = starts[row]! + length;
  });
  return starts;
}
