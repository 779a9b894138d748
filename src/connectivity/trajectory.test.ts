import fc from "fast-check";
import { expect, test } from "vitest";
import { point, space } from "./fixtures/vectors.ts";
import { trajectory } from "./trajectory.ts";

test("a square walked round turns by right angles and comes home", () => {
  const corners = [
    [1, 0, 0],
    [1, 2, 0],
    [-1, 2, 0],
    [-1, 0, 0],
    [1, 0, 0],
  ].map((place, step) => point(place, step));
  const { lengths, distances, cosines, angles, rotations } = trajectory(space, corners);
  expect(lengths).toEqual([2, 2, 2, 2]);
  expect(distances).toEqual([0, 2, Math.sqrt(8), 2, 0]);
  expect(cosines.map(Math.abs)).toEqual([0, 0, 0]);
  expect(angles).toEqual([90, 90, 90]);
  [0, 63.4349488, 116.5650512, 180, 0].forEach((angle, i) => {
    expect(rotations[i]).toBeCloseTo(angle, 6);
  });
});

test("no network is further from the first than the way there", () => {
  const coordinates = fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: -100, max: 100 })));
  fc.assert(
    fc.property(fc.array(coordinates, { minLength: 2 }), (places) => {
      const { lengths, distances, cosines, angles, rotations } = trajectory(
        space,
        places.map((place) => point(place)),
      );
      const n = places.length;
      const sizes = [lengths, distances, cosines, angles, rotations].map(({ length }) => length);
      expect(sizes).toEqual([n - 1, n, n - 2, n - 2, n]);
      let way = 0;
      distances.forEach((distance, i) => {
        way += lengths[i - 1] ?? 0;
        expect(distance).toBeLessThanOrEqual(way + 1e-9);
      });
    }),
  );
});

test("one network goes nowhere", () => {
  expect(() => trajectory(space, [point([0, 0, 0])])).toThrow("trajectory: needs two networks, got 1");
});
