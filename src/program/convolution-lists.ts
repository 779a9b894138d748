/** The table and the lists that sparse convolutions walk: for every phase, result channel and panel its kept weights. */
import type { CompactIndex } from "./buffers.ts";
import { type Geometry, PIXEL } from "./convolution-geometry.ts";
import { type Tiling, tilingOf } from "./convolution-tiling.ts";

/** What a sparse kernel reads, `units` of work, and the elements of scratch that each thread needs. */
export interface SparseTable {
  readonly table: Int32Array;
  /** `[kept]` pairs of an offset in the panel and a place among the values. */
  readonly entries: Int32Array;
  readonly units: number;
  readonly scratch: number;
}

/** By tap of the kernel: the phase that it belongs to, -1 where it meets nothing, and its offset in a panel's channel. */
interface PlacedTaps {
  readonly phase: Int32Array;
  readonly offset: Int32Array;
}

function placedTaps({ rows, columns, kernelHeight, kernelWidth }: Geometry, tiling: Tiling): PlacedTaps {
  const phase = new Int32Array(kernelHeight * kernelWidth).fill(-1);
  const offset = new Int32Array(phase.length);
  const step = columns.sourceStep;
  rows.phases.forEach((row, i) => {
    columns.phases.forEach((column, j) => {
      for (const a of row.taps)
        for (const b of column.taps) {
          const along = b.shift - tiling.firstColumn;
          const columnOffset = ((along % step) * tiling.panelColumns + Math.floor(along / step)) * PIXEL;
          phase[a.tap * kernelWidth + b.tap] = i * columns.phases.length + j;
          offset[a.tap * kernelWidth + b.tap] = (a.shift - tiling.firstRow) * tiling.panelRow + columnOffset;
        }
    });
  });
  return { phase, offset };
}

/** Builds both; a result channel's list has the order of the dense kernel's sum. */
export function sparseTable(geometry: Geometry, index: CompactIndex): SparseTable {
  const tiling = tilingOf(geometry, index.kept / (index.rows * index.columns));
  const panels = Math.ceil(geometry.sourceChannels / tiling.panelChannels);
  const { bounds, entries } = listsOf({ geometry, index, tiling, panels });
  const { header, units } = headerOf(geometry, tiling, panels);
  const scratch = tiling.direct ? 0 : tiling.panelChannel * tiling.panelChannels;
  const table = new Int32Array(header.length + bounds.length);
  table.set(header);
  table.set(bounds, header.length);
  return { table, entries, units, scratch };
}

interface Walk {
  readonly geometry: Geometry;
  readonly index: CompactIndex;
  readonly tiling: Tiling;
  readonly panels: number;
}

/** Sorts the kept weights into lists by counting; within a list they stay in the order of the walk. */
function listsOf(walk: Walk): { bounds: Int32Array; entries: Int32Array } {
  const { geometry, panels } = walk;
  const lists = geometry.rows.phases.length * geometry.columns.phases.length * geometry.resultChannels * panels;
  const bounds = new Int32Array(lists + 1);
  eachKept(walk, (_, list) => {
    bounds[list + 1]!++;
  });
  for (let list = 0; list < lists; list++) bounds[list + 1]! += bounds[list]!;
  const next = bounds.slice();
  const entries = new Int32Array(2 * bounds[lists]!);
  eachKept(walk, (k, list, offset) => {
    const slot = next[list]!++;
    entries[2 * slot] = offset;
    entries[2 * slot + 1] = k;
  });
  return { bounds, entries };
}

/** Calls `body` with every kept weight that meets anything, its list and its offset in the panel. */
function eachKept(
  { geometry, index, tiling, panels }: Walk,
  body: (k: number, list: number, offset: number) => void,
): void {
  const { resultChannels, groups, direction } = geometry;
  const { phase, offset } = placedTaps(geometry, tiling);
  const taps = phase.length;
  const isForward = direction === "forward";
  for (let o = 0; o < index.rows; o++) {
    const group = Math.floor(o / (index.rows / groups)) * (index.columns / taps);
    const [first, last] = [index.rowStart[o]!, index.rowStart[o + 1]!];
    for (let k = first; k < last; k++) {
      // The input gradient's sum takes the taps of an output in descending order.
      const at = isForward ? k : first + last - 1 - k;
      const column = index.column[at]!;
      const tap = column % taps;
      if (phase[tap]! < 0) continue;
      const c = group + (column - tap) / taps;
      const [result, source] = isForward ? [o, c] : [c, o];
      const panel = Math.floor(source / tiling.panelChannels);
      const channel = (source - panel * tiling.panelChannels) * tiling.panelChannel;
      body(at, (phase[tap]! * resultChannels + result) * panels + panel, channel + offset[tap]!);
    }
  }
}

/** The numbers of `SparseTable` and its phases in native/kernels/convolution_sparse.h. */
function headerOf(geometry: Geometry, tiling: Tiling, panels: number): { header: number[]; units: number } {
  const { blocks, rows, columns, resultChannels, sourceChannels } = geometry;
  const strips = Math.ceil(rows.phases[0]!.count / tiling.tileRows);
  const tiles = Math.ceil(columns.phases[0]!.count / tiling.tileColumns);
  const result = rows.resultExtent * columns.resultExtent * PIXEL;
  const source = rows.sourceExtent * columns.sourceExtent * PIXEL;
  const phases = rows.phases.flatMap((row) =>
    columns.phases.map((column) => [
      ...[(row.first * columns.resultExtent + column.first) * PIXEL],
      ...[row.count, rows.resultStep * columns.resultExtent * PIXEL, column.count, columns.resultStep * PIXEL],
    ]),
  );
  const header = [
    ...[strips, tiles, 1, tiling.tileRows, tiling.tileColumns, resultChannels, 1, result * resultChannels, result],
    ...[sourceChannels, source * sourceChannels, source, columns.sourceExtent * PIXEL, PIXEL],
    ...[rows.sourceExtent, columns.sourceExtent, rows.sourceStep, columns.sourceStep],
    ...[tiling.firstRow, tiling.firstColumn, panels, tiling.panelChannels, tiling.panelChannel, tiling.panelRow],
    ...[tiling.panelColumns, tiling.reach, Number(tiling.direct), phases.length, ...phases.flat()],
  ];
  return { header, units: blocks * strips * tiles };
}
