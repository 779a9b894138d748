import fc from "fast-check";
import { expect, test } from "vitest";
import { indexMask } from "./buffers.ts";
import { type GradientPlan, planGradient } from "./convolution-jobs.ts";
import type { ConvolutionShape } from "./convolution-shape.ts";

const square = (channels: number, extent: number, outputs: number): ConvolutionShape => ({
  ...{ blocks: 8, channels, height: extent, width: extent, outputs, outHeight: extent, outWidth: extent },
  ...{ kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1, padHeight: 1, padWidth: 1 },
  ...{ dilationHeight: 1, dilationWidth: 1, groups: 1 },
});

/** One mask entry in `every` is kept, at places that depend on nothing else. */
function planned(shape: ConvolutionShape, every: number) {
  const columns = (shape.channels / shape.groups) * 9;
  const mask = Uint8Array.from({ length: shape.outputs * columns }, (_, i) => +((i * 2654435761) % every === 0));
  const index = indexMask(mask, shape.outputs, columns);
  return { index, plan: planGradient(index, shape) };
}

const jobsOf = ({ jobs, units }: GradientPlan) =>
  Array.from({ length: units }, (_, job) => {
    const [output, first, ...spans] = jobs.subarray(job * 10, job * 10 + 10);
    return { output: output!, first: first!, last: jobs[job * 10 + 11]!, spans };
  });

const anyShape = fc
  .record({
    channels: fc.constantFrom(1, 3, 16),
    extent: fc.constantFrom(1, 2, 4, 8, 16, 32),
    outputs: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ channels, extent, outputs }) => square(channels, extent, outputs));

test("every kept weight is in one job, among at most eight of its output", () => {
  fc.assert(
    fc.property(anyShape, fc.constantFrom(1, 2, 5, 50), (shape, every) => {
      const { index, plan } = planned(shape, every);
      const places = jobsOf(plan).flatMap(({ output, first, last }) => {
        const own = Array.from({ length: last - first }, (_, k) => plan.weights[(first + k) * 3 + 2]!);
        const isOfOutput = own.every(
          (place) => place >= index.rowStart[output]! && place < index.rowStart[output + 1]!,
        );
        expect({ count: own.length > 0 && own.length <= 8, isOfOutput }).toEqual({ count: true, isOfOutput: true });
        return own;
      });
      expect(places.sort((a, b) => a - b)).toEqual(Array.from({ length: index.kept }, (_, k) => k));
    }),
    { numRuns: 30 },
  );
});

test("inner rows and columns are those at which every weight of the job meets the image", () => {
  fc.assert(
    fc.property(anyShape, fc.constantFrom(1, 2, 5), (shape, every) => {
      const { plan } = planned(shape, every);
      for (const { first, last, spans } of jobsOf(plan)) {
        const taps = Array.from({ length: last - first }, (_, k) => {
          const tap = plan.weights[(first + k) * 3 + 1]!;
          return plan.taps.subarray(tap * 4, tap * 4 + 4);
        });
        const all = (axis: number) => [
          Math.max(...taps.map((tap) => tap[axis]!)),
          Math.min(...taps.map((tap) => tap[axis + 1]!)),
        ];
        const columns = all(2);
        expect([...spans.slice(2, 4), ...spans.slice(6)]).toEqual([
          ...(columns[0]! <= columns[1]! ? all(0) : [0, 0]),
          ...columns,
        ]);
      }
    }),
    { numRuns: 30 },
  );
});

test("a tap's offset is where its first output would meet the image", () => {
  const { index, plan } = planned({ ...square(4, 8, 6), outHeight: 4, strideHeight: 2, groups: 2 }, 1);
  const [offset, tap, place] = plan.weights.subarray(3 * (index.kept - 1));
  const channel = 3 - Math.floor((index.columns - 1 - index.column[place!]!) / 9);
  expect(offset).toBe(((channel * 8 + Math.floor(tap! / 3) - 1) * 8 + (tap! % 3) - 1) * 16);
});

test("images too large for the cache are passed by strips, small ones at once", () => {
  expect(planned(square(16, 32, 16), 5).plan.rows).toBeLessThan(32);
  expect(planned(square(64, 8, 64), 5).plan.rows).toBe(8);
  const { plan } = planned(square(64, 32, 64), 5);
  expect(plan.rows * 32).toBeGreaterThanOrEqual(64);
  expect(plan.slots % 16).toBe(0);
});
