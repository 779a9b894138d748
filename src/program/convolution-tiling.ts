/** How a sparse convolution's work is cut: tiles of result pixels and panels of source channels that fit the caches. */
import type { Axis } from "./convolution-axis.ts";
import { type Geometry, PIXEL } from "./convolution-geometry.ts";

/** Extents of a tile in pixels of a phase, and the padded source that it copies. */
export interface Tiling {
  readonly tileRows: number;
  readonly tileColumns: number;
  readonly panelChannels: number;
  /** The rows and columns that the lists' offsets count in, both from the smallest shift of a tap. */
  readonly firstRow: number;
  readonly firstColumn: number;
  /** Columns of a row, for each remainder of the source step. */
  readonly panelColumns: number;
  /** Floats from one row and channel of the panel to the next. */
  readonly panelRow: number;
  readonly panelChannel: number;
  /** Rows of source beyond a result's own. */
  readonly reach: number;
  /** Whether the source itself serves as panel: nothing is padded. */
  readonly direct: boolean;
}

/** Bytes of a panel that leave room in the level-2 cache. */
const PANEL_BYTES = 384 * 1024;

/** Where the taps of an axis reach: the smallest shift, and how far the largest lies beyond it. */
export function reachOf({ phases }: Axis): { first: number; reach: number } {
  const shifts = phases.flatMap(({ taps }) => taps.map(({ shift }) => shift));
  if (shifts.length === 0) return { first: 0, reach: 0 };
  const first = Math.min(...shifts);
  return { first, reach: Math.max(...shifts) - first };
}

const phaseCount = ({ phases }: Axis) => phases[0]!.count;

/** Whether no pixel of the result reaches beyond the source. */
function isInside(axis: Axis): boolean {
  const { first, reach } = reachOf(axis);
  return first >= 0 && (phaseCount(axis) - 1) * axis.sourceStep + first + reach < axis.sourceExtent;
}

/** Cuts columns, then rows, until a panel of all channels fits. */
export function tilingOf(geometry: Geometry): Tiling {
  const { rows, columns, sourceChannels } = geometry;
  const row = reachOf(rows);
  const column = reachOf(columns);
  const direct = isInside(rows) && isInside(columns) && columns.sourceStep === 1;
  const columnsFor = (count: number) => count + Math.floor(column.reach / columns.sourceStep);
  const rowBytes = (count: number) => 4 * PIXEL * sourceChannels * columns.sourceStep * columnsFor(count);
  let tileColumns = phaseCount(columns);
  while (tileColumns > 16 && rowBytes(tileColumns) * (row.reach + 1) > PANEL_BYTES)
    tileColumns = Math.ceil(tileColumns / 2);
  const fitting = Math.floor((PANEL_BYTES / rowBytes(tileColumns) - row.reach - 1) / rows.sourceStep) + 1;
  const tileRows = Math.max(1, Math.min(phaseCount(rows), fitting));
  const panelColumns = columnsFor(tileColumns);
  const panelRow = columns.sourceStep * panelColumns * PIXEL;
  const panelRows = (tileRows - 1) * rows.sourceStep + row.reach + 1;
  // An odd number of cache lines spreads the channels over the sets of a cache.
  const panelChannel = (((panelRows * panelRow) / PIXEL) | 1) * PIXEL;
  const source = {
    panelRow: columns.sourceExtent * PIXEL,
    panelChannel: rows.sourceExtent * columns.sourceExtent * PIXEL,
  };
  return {
    ...{ tileRows, tileColumns, panelChannels: sourceChannels, firstRow: row.first, firstColumn: column.first },
    ...{ panelColumns, reach: row.reach, direct },
    ...(direct ? source : { panelRow, panelChannel }),
  };
}
