import { expect, test } from "vitest";
import { largeTicks, shortNumber } from "./large-ticks.ts";

test("large numbers are short, so that an axis has room for them", () => {
  expect([0, 800, 2500, 40_000, -150_000, 1_500_000].map(shortNumber)).toEqual([
    ...["0", "800", "2.5k", "40k", "\u2212150k", "1.5M"],
  ]);
  expect(largeTicks([-9000, 9999])).toEqual({});
  expect(largeTicks([0, 45_000])).toEqual({ tickFormat: shortNumber });
  expect(largeTicks([-45_000, 0])).toEqual({ tickFormat: shortNumber });
});
