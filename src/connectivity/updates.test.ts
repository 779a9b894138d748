import fc from "fast-check";
import { expect, test } from "vitest";
import { point, space } from "./fixtures/vectors.ts";
import { separation } from "./updates.ts";

const coordinates = fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: -100, max: 100 })));
const differ = (a: readonly number[], b: readonly number[]) => a.some((value, i) => value !== b[i]);

test("separation is the distance and the angle between updates, whatever running statistics are", () => {
  const origin = point([1, 1, 1], 7);
  const apart = separation(space, origin, { a: point([4, 1, 1], -3), b: point([1, 5, 1], 9) });
  expect(apart).toEqual({ distance: 5, cosine: 0, angle: 90 });
  const narrow = separation(space, origin, { a: point([2, 1, 1]), b: point([2, 2, 1]) });
  expect(narrow.distance).toBe(1);
  expect(narrow.angle).toBeCloseTo(45, 9);
});

test("equal updates have no separation, opposite ones are 180 degrees apart", () => {
  fc.assert(
    fc.property(coordinates, coordinates, (start, end) => {
      fc.pre(differ(start, end));
      const [origin, a] = [point(start), point(end)];
      expect(separation(space, origin, { a, b: a })).toEqual({ distance: 0, cosine: 1, angle: 0 });
      const b = point(start.map((value, i) => 2 * value - end[i]!));
      expect(separation(space, origin, { a, b })).toMatchObject({ cosine: -1, angle: 180 });
    }),
  );
});

test("networks may be exchanged", () => {
  fc.assert(
    fc.property(coordinates, coordinates, coordinates, (start, left, right) => {
      fc.pre(differ(start, left) && differ(start, right));
      const [origin, a, b] = [point(start), point(left), point(right)];
      expect(separation(space, origin, { a: b, b: a })).toEqual(separation(space, origin, { a, b }));
    }),
  );
});

test("the law of cosines holds", () => {
  fc.assert(
    fc.property(coordinates, coordinates, (left, right) => {
      fc.pre(differ(left, [0, 0, 0]) && differ(right, [0, 0, 0]));
      const { distance, cosine } = separation(space, point([0, 0, 0]), { a: point(left), b: point(right) });
      const [p, q] = [Math.hypot(...left), Math.hypot(...right)];
      expect(distance ** 2).toBeCloseTo(p * p + q * q - 2 * p * q * cosine, 6);
    }),
  );
});

test("an update of zero has no direction", () => {
  const origin = point([1, 2, 3]);
  const { distance, cosine, angle } = separation(space, origin, { a: origin, b: point([1, 2, 5]) });
  expect([distance, cosine, angle]).toEqual([2, Number.NaN, Number.NaN]);
});
