import fc from "fast-check";
import { expect, test } from "vitest";
import { accuracyDomain, weightsDomain, weightsTicks } from "./scales.ts";
import { shortPercent } from "./text.ts";

const levels = (count: number) => Array.from({ length: count }, (_, level) => 100 * 0.8 ** level);

test("twenty levels of cut 0.2 give the ticks of the papers", () => {
  expect(weightsTicks(levels(21), 9).map(shortPercent)).toEqual(["100", "51.2", "26.2", "13.4", "6.9", "3.5", "1.8"]);
});

test("few levels all get a tick, and one level gives a scale that is not empty", () => {
  expect(weightsTicks([100, 50, 25], 9)).toEqual([100, 50, 25]);
  expect(weightsTicks([100], 9)).toEqual([100]);
  expect(weightsDomain([100])).toEqual([100, 50]);
});

test("ticks are levels, the largest among them, and never closer than the room allows", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 }),
      (percents) => {
        const ticks = weightsTicks(percents, 9);
        const [high, low] = weightsDomain(percents);
        expect(ticks[0]).toBe(Math.max(...percents));
        for (const [i, tick] of ticks.entries()) {
          expect(percents).toContain(tick);
          if (i > 0) expect(Math.log(ticks[i - 1]! / tick)).toBeGreaterThanOrEqual(Math.log(high / low) / 9);
        }
      },
    ),
  );
});

test("one collapsed run does not flatten the accuracy axis, and small ranges are all shown", () => {
  const [low, high] = accuracyDomain([11.35, 97, 98, 98.4], 98);
  expect(low).toBeGreaterThan(87);
  expect(low).toBeLessThan(88);
  expect(high).toBeGreaterThan(98.4);
  expect(accuracyDomain([94, 98], 98)[0]).toBeLessThan(94);
  expect(accuracyDomain([10, 60], 60)[0]).toBeLessThan(10);
});

test("an accuracy axis stays within 0 and 100 and has a width, whatever diverged", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 100 })), fc.double({ min: 0, max: 100 }), (values, dense) => {
      const [low, high] = accuracyDomain(values, dense);
      expect(low >= 0 && low < high && high <= 100).toBe(true);
    }),
  );
});
