import fc from "fast-check";
import { expect, test } from "vitest";
import { ACCURACY, axisOf, digits, gapOf, inBrackets, told } from "./words.ts";

const price = { title: "RMSE", unit: "price" };
const pure = { title: "R²", unit: null };

test("a shown value with its unit, and a dash without one where there is none", () => {
  const measures = [ACCURACY, price, pure];
  expect(measures.map((measure) => told(measure, 98.126))).toEqual(["98.13 %", "98.13 price", "98.13"]);
  expect(measures.map((measure) => told(measure, Number.NaN))).toEqual(["–", "–", "–"]);
  expect(measures.map(inBrackets)).toEqual([" (%)", " (price)", ""]);
  expect(measures.map((measure) => axisOf("Test", measure))).toEqual([
    "Test accuracy (%)",
    "Test RMSE (price)",
    "Test R²",
  ]);
});

test("gaps by hand", () => {
  expect(gapOf(ACCURACY, 98.3, 98)).toBe("0.30 points");
  expect(gapOf(price, 0.5, 0.1 + 0.2)).toBe("0.2 price");
  expect(gapOf(price, 51_320, 52_410.7)).toBe("1091 price");
  expect(gapOf(pure, 0.9123, 0.9)).toBe("0.0123");
  expect([gapOf(price, 0, 0), gapOf(pure, 3, 3)]).toEqual(["0 price", "0"]);
});

test("a gap is that of the values as they are written, but for a rounding of both", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      (a, b) => {
        const written = Math.abs(Number(digits(pure, a)) - Number(digits(pure, b)));
        const unit = Math.min(1, Math.max(a, b) / 1000);
        expect(Math.abs(Number(gapOf(pure, a, b)) - written)).toBeLessThanOrEqual(1.5001 * unit);
      },
    ),
  );
});
