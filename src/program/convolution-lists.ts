/** The table and the lists that sparse convolutions walk: for every phase, result channel and panel its kept weights. */
import type { CompactIndex } from "./buffers.ts";
import { type Geometry, PIXEL } from "./convolution-geometry.ts";
import type { WeightSteps } from "./convolution-regions.ts";
import { type Tiling, tilingOf } from "./convolution-tiling.ts";

/** What a sparse kernel reads, `units` of work, and the elements of scratch that each thread needs. */
export interface SparseTable {
  readonly table: Int32Array;
  readonly units: number;
  readonly scratch: number;
}

/** The kept weights of every phase and result channel, panel by panel. */
interface Lists {
  /** `[phases][result channels][panels + 1]`: where a panel's list begins, and where the channel's last one ends. */
  readonly bounds: Int32Array;
  /** `[kept]` pairs of an offset in the panel and a place among the values. */
  readonly entries: Int32Array;
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

/** The table of a direction of which `index` is kept, and its lists, each in the order of the dense kernel's sum. */
export function sparseTable(geometry: Geometry, index: CompactIndex): SparseTable & Lists {
  const tiling = tilingOf(geometry, index.kept / (index.rows * index.columns));
  return { ...tableOf(geometry, tiling), ...listsOf({ geometry, index, tiling, panels: panelsOf(geometry, tiling) }) };
}

/** How a run lists kept weights itself: the numbers of `Walk` in native/kernels/list_kept.h, and what they amount to. */
export interface KeptTable extends SparseTable {
  readonly walk: Int32Array;
  /** Phases times result channels. */
  readonly lists: number;
  /** Elements of the lists' bounds, and of their entries if everything were kept. */
  readonly boundElements: number;
  readonly entryElements: number;
}

/** The table of a direction of which about `density` is kept, of a weight that is stored in rows. */
export function keptTable(geometry: Geometry, density: number, { row, step, group }: WeightSteps): KeptTable {
  const tiling = tilingOf(geometry, density);
  const panels = panelsOf(geometry, tiling);
  const { resultChannels, sourceChannels, groups } = geometry;
  const { phase, offset } = placedTaps(geometry, tiling);
  // Within a source channel taps ascend forward, and descend in the input gradient, as in every sum.
  const taps = [...phase.keys()];
  if (geometry.direction === "gradient") taps.reverse();
  const phases = geometry.rows.phases.length * geometry.columns.phases.length;
  const tapsOf = Array.from({ length: phases }, (_, p) => taps.filter((tap) => phase[tap] === p));
  const firsts = tapsOf.map((_, p) => tapsOf.slice(0, p).flat().length);
  const placed = tapsOf.flat();
  const walk = [
    ...[resultChannels, resultChannels / groups, sourceChannels / groups, row, step, group],
    ...[panels, tiling.panelChannels, tiling.panelChannel, phases, ...firsts, placed.length],
    ...placed.flatMap((tap) => [tap, offset[tap]!]),
  ];
  return {
    ...tableOf(geometry, tiling),
    walk: Int32Array.from(walk),
    lists: phases * resultChannels,
    boundElements: phases * resultChannels * (panels + 1),
    entryElements: (2 * resultChannels * sourceChannels * placed.length) / groups,
  };
}

const panelsOf = ({ sourceChannels }: Geometry, { panelChannels }: Tiling) => Math.ceil(sourceChannels / panelChannels);

function tableOf(geometry: Geometry, tiling: Tiling): SparseTable {
  const { header, units } = headerOf(geometry, tiling, panelsOf(geometry, tiling));
  const scratch = tiling.direct ? 0 : tiling.panelChannel * tiling.panelChannels;
  return { table: Int32Array.from(header), units, scratch };
}

interface Walk {
  readonly geometry: Geometry;
  readonly index: CompactIndex;
  readonly tiling: Tiling;
  readonly panels: number;
}

/** Sorts the kept weights into lists by counting; within a list they stay in the order of the walk. */
function listsOf(walk: Walk): Lists {
  const { geometry, panels } = walk;
  const channels = geometry.rows.phases.length * geometry.columns.phases.length * geometry.resultChannels;
  const bounds = new Int32Array(channels * (panels + 1));
  eachKept(walk, (_, list) => {
    bounds[list + 1]!++;
  });
  for (let bound = 1; bound < bounds.length; bound++) bounds[bound]! += bounds[bound - 1]!;
  const next = bounds.slice();
  const entries = new Int32Array(2 * bounds.at(-1)!);
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
      body(at, (phase[tap]! * resultChannels + result) * (panels + 1) + panel, channel + offset[tap]!);
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
