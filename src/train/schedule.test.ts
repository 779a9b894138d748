import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rateAt, type ScheduleShape } from "./schedule.ts";

const step = fc.nat(100_000);
const rate = fc.double({ min: 1e-6, max: 10, noNaN: true });
const constant = { name: "constant" } as const;
const anyShape: fc.Arbitrary<ScheduleShape> = fc.oneof(
  fc.constant(constant),
  fc.record({
    name: fc.constant("step" as const),
    milestones: fc.array(step),
    factor: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
  fc.record({ name: fc.constant("cosine" as const), end: fc.integer({ min: 1, max: 100_000 }) }),
);

test("a constant rate is the rate", () => {
  fc.assert(
    fc.property(rate, step, (rate, at) => {
      expect(rateAt({ rate, shape: constant, warmup: 0 }, at)).toBe(rate);
    }),
  );
});

test("steps multiply the rate at every milestone they have passed, in whichever order these are written", () => {
  const shape = { name: "step", milestones: [200, 100], factor: 0.1 } as const;
  const at = (step: number) => rateAt({ rate: 2, shape, warmup: 0 }, step);
  expect([0, 99, 100, 199, 200, 5000].map((step) => Math.round(at(step) * 1e6) / 1e6)).toEqual([
    2, 2, 0.2, 0.2, 0.02, 0.02,
  ]);
});

describe("a cosine", () => {
  const at = (step: number) => rateAt({ rate: 4, shape: { name: "cosine", end: 300 }, warmup: 0 }, step);

  test("begins at the full rate, is at half of it half-way, ends at 0 and stays there", () => {
    expect(at(0)).toBe(4);
    expect(at(150)).toBeCloseTo(2, 12);
    expect(at(100)).toBeCloseTo(3, 12);
    expect([at(300), at(1000)]).toEqual([0, 0]);
  });

  test("falls at every iteration", () => {
    for (let step = 0; step < 300; step++) expect(at(step + 1)).toBeLessThan(at(step));
  });
});

describe("a warm-up", () => {
  test("rises from 0 in equal steps, and is over at its end", () => {
    const warmup = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(rate, anyShape, warmup, step, (rate, shape, warmup, at) => {
        const [cold, warm] = [rateAt({ rate, shape, warmup: 0 }, at), rateAt({ rate, shape, warmup }, at)];
        expect(warm / rate).toBeCloseTo((cold / rate) * Math.min(1, at / warmup), 12);
        if (at >= warmup) expect(warm).toBe(cold);
      }),
    );
  });
});

test("a rate depends on its iteration alone and never exceeds the base rate", () => {
  fc.assert(
    fc.property(anyShape, fc.nat(100), fc.array(step), (shape, warmup, steps) => {
      const schedule = { rate: 0.5, shape, warmup };
      const forwards = steps.map((at) => rateAt(schedule, at));
      const backwards = steps.toReversed().map((at) => rateAt(schedule, at));
      expect(backwards.toReversed()).toEqual(forwards);
      expect(forwards.every((value) => value >= 0 && value <= 0.5)).toBe(true);
    }),
  );
});
