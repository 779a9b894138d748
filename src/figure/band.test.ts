import fc from "fast-check";
import { expect, test } from "vitest";
import { BANDS, bandOf, bandPoints, cutNote } from "./band.ts";
import { averaged, describe, describeReplicates, pairedDifferences } from "./spread.ts";

const spread = describe([1, 2, 6]);

test("a band is the range, one deviation on either side, or the interval", () => {
  expect(bandOf(spread, "minmax")).toEqual([1, 6]);
  expect(bandOf(spread, "sd")).toEqual([-1, 1].map((side) => expect.closeTo(3 + side * Math.sqrt(7), 12)));
  expect(bandOf(spread, "ci")).toEqual([spread.low, spread.high]);
});

test("one value has no width, and none has no place", () => {
  for (const band of BANDS) {
    expect(bandOf(describe([5]), band)).toEqual([5, 5]);
    expect(bandOf(describe([Number.NaN]), band)).toEqual([Number.NaN, Number.NaN]);
  }
});

test("a caption says that bands are cut off where one is", () => {
  const options = { band: "minmax", domain: [1, 6] } as const;
  expect(cutNote([spread], options)).toBe("");
  expect(cutNote([spread], { ...options, band: "ci" })).toBe("Bands are cut off at the axis.");
  expect(cutNote([spread], { ...options, domain: [2, 6], ranges: "bars" })).toBe("Bars are cut off at the axis.");
  expect(cutNote([describe([Number.NaN])], options)).toBe("");
});

test("an edge that leaves the axis is cut off where it crosses", () => {
  const line = [
    { x: 0, ...describe([1, 3]) },
    { x: 10, ...describe([1, 13]) },
  ];
  const options = { band: "minmax", x: ({ x }: { x: number }) => x, domain: [0, 8] } as const;
  expect(bandPoints(line, options)).toEqual([
    { x: 0, y1: 1, y2: 3 },
    { x: 5, y1: 1, y2: 8 },
    { x: 10, y1: 1, y2: 8 },
  ]);
  expect(bandPoints(line, { ...options, domain: [0, 20] })).toHaveLength(2);
  const [, crossing] = bandPoints(
    line.map((point, i) => ({ ...point, x: [1, 100][i]! })),
    { ...options, log: { x: true } },
  );
  expect(crossing!.x).toBeCloseTo(10, 12);
});

test("a band stays on the axis, logarithmic ones too, and has a gap where there is no mean", () => {
  const value = fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constant(Number.NaN));
  const points = fc.array(fc.array(value, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(points, fc.constantFrom(...BANDS), fc.boolean(), (all, band, y) => {
      const line = all.map((values, i) => ({ x: i + 1, ...describe(values) }));
      const places = bandPoints(line, { band, x: ({ x }) => x, domain: [1, 100], log: { y } });
      for (const { y1, y2 } of places) {
        const isGap = Number.isNaN(y1) && Number.isNaN(y2);
        expect(isGap || (y1 >= 1 - 1e-9 && y1 <= y2 && y2 <= 100 + 1e-9)).toBe(true);
      }
      expect(places.filter(({ y1 }) => Number.isNaN(y1))).toHaveLength(line.filter(({ n }) => n === 0).length);
    }),
  );
});

const of = (replicate: number, ...values: number[]) => values.map((value) => ({ replicate, value }));

test("what is measured several times in a replicate counts once", () => {
  const values = [...of(1, 7), ...of(0, 1, 1, 1, Number.NaN), ...of(2, Number.NaN)];
  expect(averaged(values)).toEqual([...of(0, 1), ...of(1, 7), ...of(2, Number.NaN)]);
  expect(describeReplicates(values)).toMatchObject({ mean: 4, min: 1, max: 7, n: 2, diverged: 2 });
});

test("differences are of the replicates that both have", () => {
  const differences = pairedDifferences(
    [...of(0, 5, 7), ...of(1, 3), ...of(3, 1)],
    [...of(1, 1), ...of(0, 2), ...of(2, 9)],
  );
  expect(differences).toEqual([...of(0, 4), ...of(1, 2)]);
});
