/** A stream of ids cut into the columns of a batch, and those into segments, for truncated back-propagation through time. */

import { checkInteger } from "../../../base/checks.ts";
import { fail } from "../../../base/errors.ts";
import type { Table } from "../../table.ts";

/** How a stream is read. */
export interface ColumnOptions {
  /** Columns that are read side by side, from 1, each where the one before it ends. */
  readonly batch: number;
  /** Ids of a column that one update sees, from 1; the last segment may have fewer. */
  readonly bptt: number;
}

/** What one update sees: `[steps][batch]`, and of each id the one that follows. */
export interface Segment {
  readonly steps: number;
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
}

/** A stream in segments. */
export interface Segments {
  /** Segments of a pass over the stream: the state is carried from each to the next, and starts anew with the first. */
  readonly count: number;
  /** Ids of a column; the ids behind the last whole row of columns are left out. */
  readonly length: number;
  /** The segment `index` of a pass, from 0. */
  at(index: number): Segment;
}

/** Cuts a stream; throws `usage` where its columns would not hold two ids. */
export function segmentsOf(stream: Int32Array, { batch, bptt }: ColumnOptions): Segments {
  const length = columnLength(stream, batch);
  checkInteger("bptt", bptt, { min: 1 });
  const count = Math.ceil((length - 1) / bptt);
  const at = (index: number): Segment => {
    checkInteger("segment", index, { min: 0, max: count - 1 });
    const from = index * bptt;
    const steps = Math.min(bptt, length - 1 - from);
    const rows = (offset: number) =>
      Int32Array.from({ length: steps * batch }, (_, i) => {
        return stream[(i % batch) * length + from + Math.floor(i / batch) + offset]!;
      });
    return { steps, inputs: rows(0), targets: rows(1) };
  };
  return { count, length, at };
}

/** The same stream as a table: a row a column of the batch, column `tokens` of `[length]` ids; nothing is copied. */
export function columnTable(stream: Int32Array, batch: number): Table {
  const length = columnLength(stream, batch);
  const data = stream.subarray(0, batch * length);
  return { count: batch, columns: { tokens: { type: "i32", shape: [length], data } } };
}

function columnLength(stream: Int32Array, batch: number): number {
  checkInteger("batch", batch, { min: 1 });
  const length = Math.floor(stream.length / batch);
  if (length >= 2) return length;
  const remedy = "Take a smaller batch or a longer text";
  return fail("usage", "batch", {
    rule: `a stream of ${stream.length} ids must give each column two`,
    got: batch,
    remedy,
  });
}
