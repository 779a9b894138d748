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

type Span = readonly [number, number];

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
  const spans = tapSpans(shape);
  const jobs: number[] = [];
  const weights: number[] = [];
  const columns = channels * spans.length;
  const next = index.rowStart.slice();
  for (let end = columns; end < index.columns + columns; end += columns)
    for (let o = 0; o < shape.outputs; o++) {
      const places: number[] = [];
      for (; next[o]! < index.rowStart[o + 1]! && index.column[next[o]!]! < end; next[o]!++) places.push(next[o]!);
      for (const job of cut(places, shape, (place) => index.column[place]! % spans.length)) {
        jobs.push(
          ...jobRecord(
            [o, weights.length / 3],
            job.map((place) => spans[index.column[place]! % spans.length]!),
          ),
        );
        for (const place of job) weights.push(...weightRecord(shape, o, index.column[place]!), place);
      }
    }
  const units = jobs.length / 10;
  jobs.push(0, index.kept, ...new Array(8).fill(0));
  const blocks = Math.ceil(index.columns / columns);
  const slots = rows === shape.outHeight ? 128 : Math.min(MOST_SLOTS, pad(Math.ceil(index.kept / blocks)));
  return {
    jobs: Int32Array.from(jobs),
    weights: Int32Array.from(weights),
    taps: Int32Array.from(spans.flat(2)),
    units,
    rows,
    slots,
  };
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

/** Rows and columns of the outputs of every tap. */
function tapSpans(shape: ConvolutionShape): (readonly [Span, Span])[] {
  const { kernelHeight, kernelWidth, dilationHeight, dilationWidth, padHeight, padWidth } = shape;
  return Array.from({ length: kernelHeight * kernelWidth }, (_, tap) => {
    const row = Math.floor(tap / kernelWidth) * dilationHeight - padHeight;
    const column = (tap % kernelWidth) * dilationWidth - padWidth;
    return [
      outputsOf(row, { stride: shape.strideHeight, extent: shape.height, outputs: shape.outHeight }),
      outputsOf(column, { stride: shape.strideWidth, extent: shape.width, outputs: shape.outWidth }),
    ];
  });
}

/** Outputs of a tap whose first one lies at `offset` on the input's axis. */
function outputsOf(
  offset: number,
  { stride, extent, outputs }: { stride: number; extent: number; outputs: number },
): Span {
  const last = Math.max(0, Math.min(outputs, Math.floor((extent - 1 - offset) / stride) + 1));
  return [Math.min(last, Math.max(0, Math.ceil(-offset / stride))), last];
}

const common = (spans: readonly Span[]): Span => [
  Math.max(...spans.map(([a]) => a)),
  Math.min(...spans.map(([, b]) => b)),
];
const hull = (spans: readonly Span[]): Span => [
  Math.min(...spans.map(([a]) => a)),
  Math.max(...spans.map(([, b]) => b)),
];

/** Where not all taps of a job share any column, no row is inner: each weight then goes by itself. */
function jobRecord(start: readonly number[], taps: readonly (readonly [Span, Span])[]): number[] {
  const rows = taps.map(([span]) => span);
  const columns = taps.map(([, span]) => span);
  const [left, right] = common(columns);
  const inner = left <= right ? common(rows) : [0, 0];
  return [...start, ...hull(rows), ...inner, ...hull(columns), left, right];
}

function weightRecord(shape: ConvolutionShape, output: number, column: number): [number, number] {
  const { channels, outputs, groups, height, width, kernelWidth } = shape;
  const taps = shape.kernelHeight * kernelWidth;
  const tap = column % taps;
  const channel = Math.floor(output / (outputs / groups)) * (channels / groups) + Math.floor(column / taps);
  const row = Math.floor(tap / kernelWidth) * shape.dilationHeight - shape.padHeight;
  const offset = (channel * height + row) * width + (tap % kernelWidth) * shape.dilationWidth - shape.padWidth;
  return [offset * LANE_BLOCK, tap];
}
