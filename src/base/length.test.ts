/** Proves that step counts and level sets read what they print and refuse everything else by name. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatLength, maxIterations, parseLength, parseLevels, resolveLength } from "./length.ts";

describe("parseLength", () => {
  test.each([
    ["10ep", 10, 0],
    ["500it", 0, 500],
    ["2ep50it", 2, 50],
    ["0", 0, 0],
    ["0ep", 0, 0],
  ])("reads %s", (text, epochs, iterations) => {
    expect(parseLength(text)).toEqual({ epochs, iterations });
  });

  test.each(["", "ep", "10", "-1ep", "1.5ep", "5it2ep", "10 ep", "10EP", "1e3it"])("refuses %j", (text) => {
    expect(() => parseLength(text)).toThrow("steps: a length of training needs its units");
  });

  test("says what a bare number may have meant", () => {
    expect(() => parseLength("500")).toThrow("Write 500it or 500ep");
  });

  test("refuses counts beyond 32 bits", () => {
    expect(() => parseLength("4294967296it")).toThrow("must be an integer from 0 to 4294967295");
  });

  test("reads back what formatLength prints", () => {
    const part = fc.integer({ min: 0, max: maxIterations });
    fc.assert(
      fc.property(part, part, (epochs, iterations) => {
        expect(parseLength(formatLength({ epochs, iterations }))).toEqual({ epochs, iterations });
      }),
    );
  });
});

describe("resolveLength", () => {
  test("counts the partial epoch of iterations after the whole ones", () => {
    expect(resolveLength(parseLength("2ep50it"), 917)).toBe(1884);
    expect(resolveLength(parseLength("0"), 917)).toBe(0);
  });

  test("refuses a product beyond 32 bits", () => {
    expect(() => resolveLength(parseLength("5000000ep"), 917)).toThrow("5000000ep in iterations");
  });
});

describe("parseLevels", () => {
  test.each([
    ["0-2,5", [0, 1, 2, 5]],
    ["7", [7]],
    ["5,0-2,1-3", [0, 1, 2, 3, 5]],
  ])("reads %s", (text, levels) => {
    expect(parseLevels(text)).toEqual(levels);
  });

  test.each(["", "a", "3-1", "1-", "-1", "1,,2", "0-99999"])("refuses %j", (text) => {
    expect(() => parseLevels(text)).toThrow("levels: levels must be numbers and ascending ranges");
  });
});
