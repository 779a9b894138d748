/** Sequences of ids as columns of a table: ragged 32-bit integers on shared memory. */

import { type Column, type ColumnData, columnOf, sharedBytes, type Table } from "../table.ts";
import type { Sequence } from "./tokenizer/sequence.ts";

/** A ragged column `[]` of whole numbers, one row each. */
export function raggedColumn(rows: readonly (readonly number[])[]): Column {
  const lengths = integers(rows.length);
  for (const [row, { length }] of rows.entries()) lengths[row] = length;
  const data = integers(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const row of rows) {
    data.set(row, at);
    at += row.length;
  }
  return { type: "i32", shape: [], data, lengths };
}

/** Columns `tokens` and `types` of sequences, of equal lengths. */
export function sequenceColumns(sequences: readonly Sequence[]): Readonly<Record<"tokens" | "types", Column>> {
  return {
    tokens: raggedColumn(sequences.map(({ ids }) => ids)),
    types: raggedColumn(sequences.map(({ types }) => types)),
  };
}

/** The rows of a ragged column of numbers, each a view of it; throws `data` where the table has no such column. */
export function raggedRows(table: Table, name: string): (row: number) => ColumnData {
  const { data, lengths } = columnOf(table, name);
  const from = new Int32Array(table.count + 1);
  for (let row = 0; row < table.count; row++) from[row + 1] = from[row]! + lengths![row]!;
  return (row) => data.subarray(from[row]!, from[row + 1]!);
}

/** So many 32-bit integers on shared memory, all 0. */
export function integers(count: number): Int32Array {
  return new Int32Array(sharedBytes(4 * count).buffer);
}
