import fc from "fast-check";
import { expect, test } from "vitest";
import { ACCURACY } from "../../task/words.ts";
import { accuracyDomain, measureDomain, valueScale, weightsDomain, weightsTicks } from "./scales.ts";
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

const rmse = { unit: "price", direction: "down" } as const;

test("a fraction has the axis of accuracy; other measures show all values and the dense one, zero only where it is near", () => {
  expect(measureDomain(ACCURACY, [11.35, 97, 98.4], 98)).toEqual(accuracyDomain([11.35, 97, 98.4], 98));
  expect(measureDomain(rmse, [20, 30, Number.NaN], 10)).toEqual([9.2, 30.8]);
  expect(measureDomain(rmse, [0.1, 30], 10)[0]).toBe(0);
  expect(measureDomain(rmse, [], Number.NaN)).toEqual([0, 1]);
  expect(measureDomain({ unit: null, direction: "up" }, [-2, 8], 5)).toEqual([-2.4, 8.4]);
});

test("the axis of any values is around them and has a width", () => {
  const value = fc.double({ min: -1e9, max: 1e9 });
  fc.assert(
    fc.property(fc.array(value), value, (values, dense) => {
      const [low, high] = measureDomain(rmse, values, dense);
      expect(low).toBeLessThan(high);
      for (const each of [...values, dense].filter(Number.isFinite)) expect(low <= each && each <= high).toBe(true);
    }),
  );
});

test("ticks of very large and very small values are short, and a format that is given is kept", () => {
  const formats = [
    [0, 50_000],
    [0, 1e6],
    [0, 1e-5],
    [0.2, 0.6],
  ].map((domain) => valueScale(domain as [number, number]).tickFormat);
  expect(formats).toEqual([undefined, "~s", "~e", undefined]);
  expect(valueScale([0, 1e6], String).tickFormat).toBe(String);
});
