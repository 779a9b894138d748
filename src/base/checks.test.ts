/** Proves that integer checks accept their bounds and say rule, value and remedy beyond them. */

import { describe, expect, test } from "vitest";
import { checkInteger } from "./checks.ts";

describe("checkInteger", () => {
  test("returns a value on either bound", () => {
    expect(checkInteger("batch", 1, { min: 1, max: 60 })).toBe(1);
    expect(checkInteger("batch", 60, { min: 1, max: 60 })).toBe(60);
  });

  test.each([0, 61, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s", (value) => {
    expect(() => checkInteger("batch", value, { min: 1, max: 60 })).toThrow(
      `batch: must be an integer from 1 to 60, got ${value}`,
    );
  });

  test("adds the remedy and the usage code", () => {
    const attempt = () => checkInteger("--batch", -1, { min: 1, remedy: "Try --batch 60" });
    expect(attempt).toThrow("--batch: must be an integer at least 1, got -1. Try --batch 60");
    expect(attempt).toThrow(expect.objectContaining({ code: "usage" }));
  });
});
