/** Batch normalisation as plain loops in float64. */
import type { KernelName } from "../../program/kernels.ts";
import { eachPixel, type ImageExtents, type Kernel, type ReferenceCall, repeat } from "./call.ts";

/** Mean and 1 / deviation of a channel. */
function channelOf({ at, int, float }: ReferenceCall, channel: number) {
  const variance = at.statistics![int.channels! + channel]!;
  return { mean: at.statistics![channel]!, inverse: 1 / Math.sqrt(variance + float.epsilon!) };
}

/** dy, or 0 where gamma and beta are given and the normalised x is not positive. */
function reaching(call: ReferenceCall, channel: number, place: number): number {
  const { at, optional } = call;
  const gamma = (at.gamma ?? optional.gamma)?.[channel];
  const beta = optional.beta?.[channel];
  if (gamma === undefined || beta === undefined) return at.dy![place]!;
  const { mean, inverse } = channelOf(call, channel);
  return gamma * inverse * (at.x![place]! - mean) + beta > 0 ? at.dy![place]! : 0;
}

/** The sums of `term` over examples and pixels, by channel. */
function sums(extents: ImageExtents, term: (place: number, channel: number) => number): Float64Array {
  const totals = new Float64Array(extents.channels!);
  eachPixel(extents, (place, { channel }) => {
    totals[channel]! += term(place, channel);
  });
  return totals;
}

export const batchNormKernels = {
  batch_statistics({ at, int }) {
    const live = { ...int, lanes: at.count![0]! };
    const n = live.lanes * int.plane!;
    const mean = sums(live, (place) => at.x![place]! / n);
    const variance = sums(live, (place, channel) => (at.x![place]! - mean[channel]!) ** 2 / n);
    at.statistics!.set(mean);
    at.statistics!.set(variance, int.channels!);
  },
  batch_norm(call) {
    const { at, optional, int } = call;
    eachPixel(int, (place, { channel }) => {
      const { mean, inverse } = channelOf(call, channel);
      const y = at.gamma![channel]! * inverse * (at.x![place]! - mean) + at.beta![channel]!;
      const sum = y + (optional.residual?.[place] ?? 0);
      at.y![place] = int.relu ? Math.max(sum, 0) : sum;
    });
  },
  batch_norm_sums(call) {
    const { at, int } = call;
    at.sums!.set(sums(int, (place, channel) => reaching(call, channel, place)));
    const products = sums(int, (place, channel) => {
      const { mean, inverse } = channelOf(call, channel);
      return reaching(call, channel, place) * (at.x![place]! - mean) * inverse;
    });
    at.sums!.set(products, int.channels!);
  },
  batch_norm_input_gradient(call) {
    const { at, int } = call;
    const count = at.count![0]!;
    eachPixel(int, (place, { channel, lane }) => {
      const { mean, inverse } = channelOf(call, channel);
      const [byStart, bySlope] = [at.sums![channel]!, at.sums![int.channels! + channel]!];
      const shared = (byStart + (at.x![place]! - mean) * inverse * bySlope) / (count * int.plane!);
      const slope = at.gamma![channel]! * inverse;
      at.dx![place] = lane < count ? slope * (reaching(call, channel, place) - shared) : 0;
    });
  },
  running_update({ at, int: { elements, row, plane } }) {
    const n = at.count![0]! * plane!;
    const correction = row === 1 && n > 1 ? n / (n - 1) : 1;
    const rate = at.rate![0]!;
    repeat(elements!, (c) => {
      at.r![c] = (1 - rate) * at.r![c]! + rate * at.statistics![row! * elements! + c]! * correction;
    });
  },
  stack({ at, int: { elements } }) {
    at.y!.set(at.a!.subarray(0, elements!));
    at.y!.set(at.b!.subarray(0, elements!), elements!);
  },
  row({ at, int: { elements, index } }) {
    at.y!.set(at.x!.subarray(index! * elements!, (index! + 1) * elements!));
  },
} satisfies Partial<Record<KernelName, Kernel>>;
