import { expect, test } from "vitest";
import { readDuration } from "./stop-after.ts";

test.each([
  ["45s", 45],
  ["90m", 5400],
  ["2h50m", 10_200],
  ["1d2h3m4s", 93_784],
  ["24d", 2_073_600],
])("%s", (text, seconds) => {
  expect(readDuration(text, "stopAfter")).toBe(seconds);
});

test.each(["0", "0s", "0h0m", "", "2", "h", "1m2h", "-1h", "1.5h", "25d", "99999999999999d"])(
  "%j is refused",
  (text) => {
    expect(() => readDuration(text, "stopAfter")).toThrow(
      expect.objectContaining({
        code: "usage",
        message: expect.stringMatching(
          /^stopAfter: must be a time above 0, at most 24 days, got .* Write it like 2h50m/,
        ),
      }),
    );
  },
);
