/**
 * One axis of a convolution, seen from its result: the forward direction and the input gradient are the same walk over
 * result pixels that gathers source pixels, with different steps.
 */

/** A tap of the kernel, and the source index that it meets at the first result index of its phase. */
export interface AxisTap {
  readonly tap: number;
  readonly shift: number;
}

/** Result indices `first`, `first + resultStep`, ... that meet the same taps but for padding. */
export interface Phase {
  readonly first: number;
  readonly count: number;
  readonly taps: readonly AxisTap[];
}

/** From one result index of a phase to its next, source indices move by `sourceStep`. */
export interface Axis {
  readonly resultExtent: number;
  readonly sourceExtent: number;
  readonly resultStep: number;
  readonly sourceStep: number;
  readonly phases: readonly Phase[];
}

/** A stretch of a phase whose indices meet the same taps inside the source; `source` belongs to its first index. */
export interface Run {
  readonly result: number;
  readonly source: number;
  readonly count: number;
  readonly taps: readonly AxisTap[];
}

interface AxisShape {
  /** Extents of the convolution's images, whichever direction. */
  readonly extent: number;
  readonly outExtent: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

const counted = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The axis of a convolution: output h meets input h stride + tap dilation - padding. */
export function forwardAxis({ extent, outExtent, kernel, stride, padding, dilation }: AxisShape): Axis {
  const taps = counted(kernel).map((tap) => ({ tap, shift: tap * dilation - padding }));
  const phases = [{ first: 0, count: outExtent, taps }];
  return { resultExtent: outExtent, sourceExtent: extent, resultStep: 1, sourceStep: stride, phases };
}

/**
 * The axis of its input gradient: input i meets output (i + padding - tap dilation) / stride where that is whole. Taps
 * descend, so that the outputs they meet ascend as memory is fetched ahead.
 */
export function gradientAxis({ extent, outExtent, kernel, stride, padding, dilation }: AxisShape): Axis {
  const phases = counted(Math.min(stride, extent)).map((first) => {
    const shifts = counted(kernel).map((tap) => ({ tap, shift: (first + padding - tap * dilation) / stride }));
    const taps = shifts.filter(({ shift }) => Number.isInteger(shift)).reverse();
    return { first, count: Math.ceil((extent - first) / stride), taps };
  });
  return { resultExtent: extent, sourceExtent: outExtent, resultStep: stride, sourceStep: 1, phases };
}

/** All result indices of an axis, in runs of at most `limit` indices of the result's extent. */
export function runsOf(axis: Axis, limit = Number.POSITIVE_INFINITY): readonly Run[] {
  return axis.phases.flatMap((phase) => phaseRuns(axis, phase, limit));
}

function phaseRuns(axis: Axis, { first, count, taps }: Phase, limit: number): Run[] {
  const runs: (Run & { count: number; band: number })[] = [];
  for (let index = 0; index < count; index++) {
    const source = index * axis.sourceStep;
    const result = first + index * axis.resultStep;
    const inside = taps.filter(({ shift }) => source + shift >= 0 && source + shift < axis.sourceExtent);
    const band = Math.floor(result / limit);
    const last = runs.at(-1);
    if (last && last.band === band && last.taps[0] === inside[0] && last.taps.length === inside.length) last.count++;
    else runs.push({ result, source, count: 1, taps: inside, band });
  }
  return runs;
}
