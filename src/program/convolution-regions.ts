/** The table that dense convolutions walk: regions of result pixels that meet the same taps, strip by strip. */
import { type Axis, type Run, runsOf } from "./convolution-axis.ts";
import { type Geometry, PIXEL } from "./convolution-geometry.ts";

/** Rows of weights: from one result channel, source channel and group to the next. */
export interface WeightSteps {
  readonly row: number;
  readonly step: number;
  readonly group: number;
}

/** Bytes of source that a strip of result rows may reach; the level-2 cache holds them beside weights and results. */
const STRIP_BYTES = 384 * 1024;

/** Result rows of a strip: at least two, so that neighbouring rows share their source. */
function stripRows({ rows, columns, sourceChannels }: Geometry): number {
  const shifts = rows.phases.flatMap(({ taps }) => taps.map(({ shift }) => shift));
  const reach = Math.max(0, ...shifts) - Math.min(0, ...shifts);
  const sourceRows = STRIP_BYTES / (4 * PIXEL * columns.sourceExtent * sourceChannels) - reach;
  return Math.max(2, Math.floor(sourceRows / rows.sourceStep) * rows.resultStep);
}

/** The table in the order of `DenseTable` in native/kernels/convolution.h, and how many strips all blocks have. */
export function regionTable(geometry: Geometry, weights: WeightSteps): { table: Int32Array; units: number } {
  const { blocks, groups, rows, resultChannels, sourceChannels } = geometry;
  const height = stripRows(geometry);
  const strips = Math.ceil(rows.resultExtent / height);
  const plane = ({ rows, columns }: Geometry, extent: "resultExtent" | "sourceExtent") =>
    rows[extent] * columns[extent] * PIXEL;
  const [result, source] = [plane(geometry, "resultExtent"), plane(geometry, "sourceExtent")];
  const byStrip = regionsByStrip(geometry, { height, strips });
  const regions = byStrip.flat();
  const header = [
    ...[blocks, strips, groups, resultChannels / groups, sourceChannels / groups],
    ...[result * resultChannels, result, source * sourceChannels, source],
    ...[weights.row, weights.step, weights.group, regions.length],
  ];
  const firsts = [0];
  for (const strip of byStrip) firsts.push(firsts.at(-1)! + strip.length);
  let taps = 0;
  const placed = regions.map(({ numbers, pairs }) => {
    const place = [...numbers, pairs.length, taps];
    taps += pairs.length;
    return place;
  });
  const numbers = [...header, ...firsts, ...placed.flat(), ...regions.flatMap(({ pairs }) => pairs.flat())];
  return { table: Int32Array.from(numbers), units: blocks * strips };
}

function regionsByStrip(geometry: Geometry, { height, strips }: { height: number; strips: number }) {
  const rows = runsOf(geometry.rows, height);
  const columns = runsOf(geometry.columns);
  return Array.from({ length: strips }, (_, strip) =>
    rows
      .filter(({ result }) => Math.floor(result / height) === strip)
      .flatMap((row) => columns.map((column) => regionOf(geometry, row, column))),
  );
}

/** The numbers of `Region` but for its taps, and the pairs of `Tap`. */
function regionOf({ rows, columns, kernelWidth }: Geometry, row: Run, column: Run) {
  const width = columns.resultExtent;
  const result = (row.result * width + column.result) * PIXEL;
  const source = (row.source * columns.sourceExtent + column.source) * PIXEL;
  const steps = (axis: Axis, extent: "resultExtent" | "sourceExtent", step: number) => step * axis[extent] * PIXEL;
  const numbers = [
    ...[result, row.count, steps(columns, "resultExtent", rows.resultStep), column.count, columns.resultStep * PIXEL],
    ...[source, steps(columns, "sourceExtent", rows.sourceStep), columns.sourceStep * PIXEL],
  ];
  const pairs = row.taps.flatMap((a) =>
    column.taps.map((b) => [(a.shift * columns.sourceExtent + b.shift) * PIXEL, a.tap * kernelWidth + b.tap]),
  );
  return { numbers, pairs };
}
