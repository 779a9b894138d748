/** The plan of a sparse convolution's weight gradient: which kept weights a kernel takes together, and in what order. */
import { type CompactIndex, LANE_BLOCK, pad } from "./buffers.ts";
import type { ConvolutionShape } from "./convolution-shape.ts";

/** What native/kernels/convolution_gradient_sparse.h reads. */
export interface GradientPlan {
  /** `[units + 1]` records of 10: output, first weight, then [first, last) of rows, inner rows, columns, inner columns. */
  readonly jobs: Int32Array;
  /** `[kept]` records of 3: offset of output 0, 0 from an image block's first float, tap, place among the kept values. */
  readonly weights: Int32Array;
  /** `[taps]` records of 4: the rows and columns [first, last) of the outputs at which a tap meets the image. */
  readonly taps: Int32Array;
  readonly units: number;
  /** Rows of outputs that all jobs of a batch pass before they go on. */
  readonly rows: number;
  /** Chains that a batch keeps meanwhile. */
  readonly slots: number;
}

/** Numbers of a job's record. */
const JOB_NUMBERS = 10;
/** Weights whose chains run side by side. */
const JOB = 8;
/** Bytes of x that stay in cache while all outputs pass over them: half of a usual L2. */
const RESIDENT = 512 * 1024;
/** Pixels of a plane up to which borders are so much of it that weights of one tap go together. */
const SMALL = 64;
/** Weights of one tap that are enough for jobs of their own. */
const ENOUGH = 3;
/** Chains kept between strips, of 64 bytes: they share the cache with x. */
const MOST_SLOTS = 4096;

/** Plans the gradient of a compact `[outputs, channels / groups * taps]` weight. */
export function planGradient(index: CompactIndex, shape: ConvolutionShape): GradientPlan {
  const { channels, rows } = blockingOf(shape);
  const taps = tapSpans(shape);
  const count = taps.length / 4;
  const order: number[] = [];
  const jobs: number[] = [];
  for (const { output, places } of blocksOf(index, channels * count))
    for (const job of cut(places, shape, (place) => index.column[place]! % count)) {
      const starts = job.map((place) => (index.column[place]! % count) * 4);
      jobs.push(output, order.length, ...spansOf(starts, taps));
      for (const place of job) order.push(place);
    }
  const units = jobs.length / JOB_NUMBERS;
  jobs.push(0, index.kept, 0, 0, 0, 0, 0, 0, 0, 0);
  const chains = pad(Math.ceil(index.kept / Math.ceil(index.columns / (channels * count))));
  const slots = rows === shape.outHeight ? 128 : Math.min(MOST_SLOTS, chains);
  return { jobs: Int32Array.from(jobs), weights: weightRecords(index, shape, order), taps, units, rows, slots };
}

/** The kept places of every output in every block of columns; blocks are outermost, so that their x is met once. */
function* blocksOf({ rows, columns, rowStart, column }: CompactIndex, width: number) {
  const next = rowStart.slice();
  for (let end = width; end < columns + width; end += width)
    for (let output = 0; output < rows; output++) {
      const places: number[] = [];
      let place = next[output]!;
      for (; place < rowStart[output + 1]! && column[place]! < end; place++) places.push(place);
      next[output] = place;
      yield { output, places };
    }
}

/** Input channels and rows of outputs that are taken together, so that their x stays in cache. */
function blockingOf(shape: ConvolutionShape): { channels: number; rows: number } {
  const { outHeight, outWidth } = shape;
  const fits = (channels: number) => rowsThatFit(shape, channels);
  let channels = shape.channels / shape.groups;
  while (channels > 1 && fits(channels) < outHeight && fits(channels) * outWidth < SMALL)
    channels = Math.ceil(channels / 2);
  const rows = outHeight * outWidth < SMALL ? outHeight : Math.max(1, Math.min(outHeight, fits(channels)));
  return { channels, rows: Math.ceil(outHeight / Math.ceil(outHeight / rows)) };
}

function rowsThatFit(shape: ConvolutionShape, channels: number): number {
  const { blocks, width, outHeight, outWidth, kernelHeight, dilationHeight, strideHeight } = shape;
  const chain = Math.min(blocks, Math.ceil(SMALL / (outHeight * outWidth)));
  const inputRows = RESIDENT / (channels * width * chain * LANE_BLOCK * 4);
  return Math.floor((inputRows - (kernelHeight - 1) * dilationHeight - 1) / strideHeight) + 1;
}

/** Kept weights of one output, by their places, as jobs. */
function cut(places: readonly number[], shape: ConvolutionShape, tapOf: (place: number) => number): number[][] {
  if (shape.outHeight * shape.outWidth > SMALL) return evenParts(places);
  const byTap = new Map<number, number[]>();
  for (const place of places) {
    const run = byTap.get(tapOf(place));
    if (run) run.push(place);
    else byTap.set(tapOf(place), [place]);
  }
  const runs = [...byTap.values()];
  const few = runs.filter(({ length }) => length < ENOUGH).flat();
  return [...runs.filter(({ length }) => length >= ENOUGH).flatMap(evenParts), ...evenParts(few)];
}

function evenParts(places: readonly number[]): number[][] {
  const parts = Math.ceil(places.length / JOB);
  const at = (part: number) => Math.floor((places.length * part) / parts);
  return Array.from({ length: parts }, (_, part) => places.slice(at(part), at(part + 1)));
}

/** `[taps]` of the rows and columns [first, last) of the outputs at which each meets the image. */
function tapSpans(shape: ConvolutionShape): Int32Array {
  const { kernelHeight, kernelWidth, dilationHeight, dilationWidth, padHeight, padWidth } = shape;
  const spans = Array.from({ length: kernelHeight * kernelWidth }, (_, tap) => {
    const row = Math.floor(tap / kernelWidth) * dilationHeight - padHeight;
    const column = (tap % kernelWidth) * dilationWidth - padWidth;
    return [
      ...outputsOf(row, { stride: shape.strideHeight, extent: shape.height, outputs: shape.outHeight }),
      ...outputsOf(column, { stride: shape.strideWidth, extent: shape.width, outputs: shape.outWidth }),
    ];
  });
  return Int32Array.from(spans.flat());
}

/** Outputs of a tap whose first one lies at `offset` on the input's axis. */
function outputsOf(
  offset: number,
  { stride, extent, outputs }: { stride: number; extent: number; outputs: number },
): [number, number] {
  const last = Math.max(0, Math.min(outputs, Math.floor((extent - 1 - offset) / stride) + 1));
  return [Math.min(last, Math.max(0, Math.ceil(-offset / stride))), last];
}

/**
 * Where any and where all taps of a job meet the image, by rows, then by columns; `starts` are their places in `taps`.
 * Where they share no column, no row is common either: each weight then goes by itself.
 */
function spansOf(starts: readonly number[], taps: Int32Array): number[] {
  const extremes = (axis: number) => {
    const firsts = starts.map((start) => taps[start + axis]!);
    const lasts = starts.map((start) => taps[start + axis + 1]!);
    const any = [Math.min(...firsts), Math.max(...lasts)] as const;
    return { any, all: [Math.max(...firsts), Math.min(...lasts)] as const };
  };
  const [rows, columns] = [extremes(0), extremes(2)];
  const inner = columns.all[0] <= columns.all[1] ? rows.all : [0, 0];
  return [...rows.any, ...inner, ...columns.any, ...columns.all];
}

/** Records of the kept weights in the order of their jobs. */
function weightRecords(
  { column, rowStart }: CompactIndex,
  shape: ConvolutionShape,
  order: readonly number[],
): Int32Array {
  const { channels, outputs, groups, height, width, kernelHeight, kernelWidth } = shape;
  const outputOf = new Int32Array(column.length);
  for (let o = 0; o < outputs; o++) outputOf.fill(o, rowStart[o], rowStart[o + 1]);
  const records = new Int32Array(3 * order.length);
  order.forEach((place, i) => {
    const tap = column[place]! % (kernelHeight * kernelWidth);
    const group = Math.floor(outputOf[place]! / (outputs / groups));
    const channel = group * (channels / groups) + Math.floor(column[place]! / (kernelHeight * kernelWidth));
    const row = Math.floor(tap / kernelWidth) * shape.dilationHeight - shape.padHeight;
    const left = (tap % kernelWidth) * shape.dilationWidth - shape.padWidth;
    records[3 * i] = ((channel * height + row) * width + left) * LANE_BLOCK;
    records[3 * i + 1] = tap;
    records[3 * i + 2] = place;
  });
  return records;
}
