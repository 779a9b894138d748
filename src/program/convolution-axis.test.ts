/** The walk of both directions pairs exactly the outputs and inputs that the definition of a convolution pairs. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { outputExtent } from "../graph/ops/convolution.ts";
import { type Axis, forwardAxis, gradientAxis, type Run, runsOf } from "./convolution-axis.ts";

const axisShape = fc
  .record({
    extent: fc.integer({ min: 1, max: 12 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
  })
  .map((shape) => ({ ...shape, outExtent: outputExtent(shape.extent, shape.kernel, shape) }))
  .filter(({ outExtent }) => outExtent >= 1);

/** Every result, tap and source of a walk's runs. */
const meetings = ({ resultStep, sourceStep }: Axis, runs: readonly Run[]) =>
  runs.flatMap(({ result, source, count, taps }) =>
    Array.from({ length: count }, (_, i) =>
      taps.map(({ tap, shift }) => [result + i * resultStep, tap, source + i * sourceStep + shift].join(" ")),
    ).flat(),
  );

const results = ({ resultStep }: Axis, runs: readonly Run[]) =>
  runs.flatMap(({ result, count }) => Array.from({ length: count }, (_, i) => result + i * resultStep));

test("runs hold every result once and every tap inside the source", () => {
  fc.assert(
    fc.property(axisShape, fc.integer({ min: 1, max: 13 }), (shape, limit) => {
      const { extent, outExtent, kernel, stride, padding, dilation } = shape;
      const forward: string[] = [];
      const gradient: string[] = [];
      for (let h = 0; h < outExtent; h++)
        for (let tap = 0; tap < kernel; tap++) {
          const i = h * stride + tap * dilation - padding;
          if (i >= 0 && i < extent) forward.push([h, tap, i].join(" "));
          if (i >= 0 && i < extent) gradient.push([i, tap, h].join(" "));
        }
      for (const [axis, want] of [
        [forwardAxis(shape), forward],
        [gradientAxis(shape), gradient],
      ] as const) {
        const runs = runsOf(axis, limit);
        expect(meetings(axis, runs).sort()).toEqual(want.sort());
        const all = Array.from({ length: axis.resultExtent }, (_, index) => index);
        expect(results(axis, runs).sort((a, b) => a - b)).toEqual(all);
      }
    }),
  );
});

test("runs stay within bands of the limit", () => {
  fc.assert(
    fc.property(axisShape, fc.integer({ min: 1, max: 13 }), (shape, limit) => {
      for (const axis of [forwardAxis(shape), gradientAxis(shape)])
        for (const run of runsOf(axis, limit)) {
          const last = run.result + (run.count - 1) * axis.resultStep;
          expect(Math.floor(run.result / limit)).toBe(Math.floor(last / limit));
        }
    }),
  );
});
