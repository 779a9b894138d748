/** The table and the lists that sparse convolutions walk: for every phase, result channel and panel its kept weights. */
import type { CompactIndex } from "./buffers.ts";
import type { Axis } from "./convolution-axis.ts";
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

/** A tap of an axis: the phase that it belongs to, and the panel's row or column that it meets there. */
interface PlacedTap {
  readonly phase: number;
  readonly place: number;
}

/** By tap; undefined where a tap meets nothing. */
function placedTaps({ phases }: Axis, first: number): readonly (PlacedTap | undefined)[] {
  const taps: PlacedTap[] = [];
  phases.forEach((phase, index) => {
    for (const { tap, shift } of phase.taps) taps[tap] = { phase: index, place: shift - first };
  });
  return taps;
}

/** Builds both; a result channel's list ascends as the dense kernel's sum does. */
export function sparseTable(geometry: Geometry, index: CompactIndex, direction: "forward" | "gradient"): SparseTable {
  const tiling = tilingOf(geometry);
  const panels = Math.ceil(geometry.sourceChannels / tiling.panelChannels);
  const walk = { geometry, index, direction, tiling, panels };
  const { bounds, entries } = listsOf(walk);
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
  readonly direction: "forward" | "gradient";
  readonly tiling: Tiling;
  readonly panels: number;
}

/** Sorts the kept weights into lists by counting; within a list they stay in the order of the index. */
function listsOf(walk: Walk): { bounds: Int32Array; entries: Int32Array } {
  const { geometry, panels, index } = walk;
  const lists = geometry.rows.phases.length * geometry.columns.phases.length * geometry.resultChannels * panels;
  const bounds = new Int32Array(lists + 1);
  const place = new Int32Array(index.kept).fill(-1);
  const offset = new Int32Array(index.kept);
  eachKept(walk, (k, list, at) => {
    bounds[list + 1]!++;
    place[k] = list;
    offset[k] = at;
  });
  for (let list = 0; list < lists; list++) bounds[list + 1]! += bounds[list]!;
  const next = bounds.slice();
  const entries = new Int32Array(2 * bounds[lists]!);
  for (let k = 0; k < index.kept; k++) {
    if (place[k]! < 0) continue;
    const slot = next[place[k]!]!++;
    entries[2 * slot] = offset[k]!;
    entries[2 * slot + 1] = k;
  }
  return { bounds, entries };
}

/** Calls `body` with every kept weight that meets anything, its list and its offset in the panel. */
function eachKept(
  { geometry, index, direction, tiling, panels }: Walk,
  body: (k: number, list: number, offset: number) => void,
): void {
  const { resultChannels, groups, kernelWidth, kernelHeight, rows, columns } = geometry;
  const [a, b] = [placedTaps(rows, tiling.firstRow), placedTaps(columns, tiling.firstColumn)];
  const taps = kernelHeight * kernelWidth;
  const [perGroup, others] = [index.rows / groups, index.columns / taps];
  const step = columns.sourceStep;
  const columnOffset = (place: number) => ((place % step) * tiling.panelColumns + Math.floor(place / step)) * PIXEL;
  for (let o = 0; o < index.rows; o++) {
    const first = Math.floor(o / perGroup) * others;
    for (let k = index.rowStart[o]!; k < index.rowStart[o + 1]!; k++) {
      const column = index.column[k]!;
      const tap = column % taps;
      const row = a[Math.floor(tap / kernelWidth)];
      const along = b[tap % kernelWidth];
      if (!row || !along) continue;
      const c = first + (column - tap) / taps;
      const [result, source] = direction === "forward" ? [o, c] : [c, o];
      const panel = Math.floor(source / tiling.panelChannels);
      const phase = row.phase * columns.phases.length + along.phase;
      const channel = (source - panel * tiling.panelChannels) * tiling.panelChannel;
      const list = (phase * resultChannels + result) * panels + panel;
      body(k, list, channel + row.place * tiling.panelRow + columnOffset(along.place));
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
