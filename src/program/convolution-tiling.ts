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

/** Multiply-adds of a list in one panel that pay for a rest of the chain in the result; measured at 2 to 20 % density. */
const LIST_WORK = 384;

/** Fewer channels than this in a panel gain nothing more from the level-1 cache. */
const LEAST_CHANNELS = 16;

/** Pixels that a list carries in registers, at most; tiles are not cut to fewer columns. */
const LIST_PIXELS = 16;

/** Units that a call offers to threads, where rows allow it. */
const LEAST_UNITS = 8;

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

/** The power of two nearest in ratio to what is wished: the sparser the lists, the more channels share a panel. */
function channelsFor(geometry: Geometry, density: number): number {
  const { rows, columns, sourceChannels, kernelHeight, kernelWidth } = geometry;
  const pixels = Math.min(LIST_PIXELS, phaseCount(rows) * phaseCount(columns));
  const wished = LIST_WORK / (pixels * density * kernelHeight * kernelWidth);
  let channels = LEAST_CHANNELS;
  while (channels < sourceChannels && wished >= channels * Math.SQRT2) channels *= 2;
  return Math.min(sourceChannels, channels);
}

/** Cuts columns, then channels, then rows, until a panel fits. */
function tileOf(geometry: Geometry, density: number): Pick<Tiling, "tileRows" | "tileColumns" | "panelChannels"> {
  const { blocks, rows, columns } = geometry;
  const { reach } = reachOf(rows);
  let panelChannels = channelsFor(geometry, density);
  let tileColumns = phaseCount(columns);
  const rowBytes = () => 4 * PIXEL * panelChannels * columns.sourceStep * panelColumnsOf(columns, tileColumns);
  const fits = () => rowBytes() * (reach + 1) <= PANEL_BYTES;
  while (!fits() && tileColumns > LIST_PIXELS) tileColumns = Math.ceil(tileColumns / 2);
  while (!fits() && panelChannels > 1) panelChannels = Math.ceil(panelChannels / 2);
  const fitting = Math.floor((PANEL_BYTES / rowBytes() - reach - 1) / rows.sourceStep) + 1;
  const shared = Math.ceil(phaseCount(rows) / Math.ceil(LEAST_UNITS / blocks));
  return { tileRows: Math.max(1, Math.min(shared, fitting)), tileColumns, panelChannels };
}

const panelColumnsOf = (columns: Axis, tileColumns: number) =>
  tileColumns + Math.floor(reachOf(columns).reach / columns.sourceStep);

/** The tiling of one direction of a layer of which `density` is kept. */
export function tilingOf(geometry: Geometry, density: number): Tiling {
  const { rows, columns } = geometry;
  const tile = tileOf(geometry, density);
  const [row, column] = [reachOf(rows), reachOf(columns)];
  const direct = isInside(rows) && isInside(columns) && columns.sourceStep === 1;
  const panelColumns = panelColumnsOf(columns, tile.tileColumns);
  const panelRow = (direct ? columns.sourceExtent : columns.sourceStep * panelColumns) * PIXEL;
  const panelRows = (tile.tileRows - 1) * rows.sourceStep + row.reach + 1;
  // An odd number of cache lines spreads the channels over the sets of a cache.
  const panelChannel = direct ? rows.sourceExtent * panelRow : (((panelRows * panelRow) / PIXEL) | 1) * PIXEL;
  const places = { firstRow: row.first, firstColumn: column.first, reach: row.reach };
  return { ...tile, ...places, panelColumns, panelRow, panelChannel, direct };
}
