/** Where values live: buffers of one arena, counted in 4-byte elements. */

/** Batches are padded to this many lanes, and rows of dense weights to this many columns. */
export const LANE_BLOCK = 16;

/** Rounds up to a whole number of lane blocks. */
export function pad(count: number): number {
  return Math.ceil(count / LANE_BLOCK) * LANE_BLOCK;
}

/** A stretch of the arena. Temporaries may share memory; everything else keeps its own. */
export interface Buffer {
  readonly name: string;
  readonly type: "f32" | "i32";
  readonly elements: number;
  readonly temporary: boolean;
}

/** Which entries of a `[rows, columns]` weight are kept, by rows and by columns (compressed sparse row and column). */
export interface CompactIndex {
  readonly rows: number;
  readonly columns: number;
  readonly kept: number;
  /** `[rows + 1]`: the stretch of `column` of each row. */
  readonly rowStart: Int32Array;
  /** `[kept]`, ascending within a row. */
  readonly column: Int32Array;
  /** `[columns + 1]`, `[kept]`, `[kept]`: the same entries walked by column; `position` finds the value. */
  readonly columnStart: Int32Array;
  readonly row: Int32Array;
  readonly position: Int32Array;
}

/** How a parameter and its slots are stored: rows padded to `stride`, or the kept values only. */
export type Storage =
  | { readonly kind: "dense"; readonly rows: number; readonly columns: number; readonly stride: number }
  | { readonly kind: "compact"; readonly index: CompactIndex };

/** Elements that a storage takes. */
export function storageElements(storage: Storage): number {
  return storage.kind === "dense" ? storage.rows * storage.stride : storage.index.kept;
}

/** Builds the index of a mask's kept entries; `mask` is row-major, 1 for kept. */
export function indexMask(mask: Uint8Array, rows: number, columns: number): CompactIndex {
  // Loops, for masks have millions of entries and a callback each takes seconds.
  let kept = 0;
  for (let i = 0; i < mask.length; i++) kept += mask[i]!;
  const rowStart = new Int32Array(rows + 1);
  const columnStart = new Int32Array(columns + 1);
  const column = new Int32Array(kept);
  for (let r = 0, next = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (!mask[r * columns + c]) continue;
      column[next++] = c;
      columnStart[c + 1]!++;
    }
    rowStart[r + 1] = next;
  }
  for (let c = 0; c < columns; c++) columnStart[c + 1]! += columnStart[c]!;
  const row = new Int32Array(kept);
  const position = new Int32Array(kept);
  const next = columnStart.slice();
  for (let r = 0; r < rows; r++)
    for (let k = rowStart[r]!; k < rowStart[r + 1]!; k++) {
      const slot = next[column[k]!]!++;
      row[slot] = r;
      position[slot] = k;
    }
  return { rows, columns, kept, rowStart, column, columnStart, row, position };
}

/** From dense row-major values to what the buffer holds; pruned entries are dropped, padding is +0. */
export function packValues(storage: Storage, values: Float32Array): Float32Array {
  const packed = new Float32Array(storageElements(storage));
  eachStored(storage, (place, dense) => {
    packed[place] = values[dense]!;
  });
  return packed;
}

/** The inverse of {@link packValues}: pruned entries come back as +0. */
export function unpackValues(storage: Storage, packed: Float32Array): Float32Array {
  const { rows, columns } = storage.kind === "dense" ? storage : storage.index;
  const values = new Float32Array(rows * columns);
  eachStored(storage, (place, dense) => {
    values[dense] = packed[place]!;
  });
  return values;
}

function eachStored(storage: Storage, visit: (place: number, dense: number) => void): void {
  if (storage.kind === "dense") {
    const { rows, columns, stride } = storage;
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) visit(r * stride + c, r * columns + c);
    return;
  }
  const { rows, columns, rowStart, column } = storage.index;
  for (let r = 0; r < rows; r++)
    for (let k = rowStart[r]!; k < rowStart[r + 1]!; k++) visit(k, r * columns + column[k]!);
}
