import fc from "fast-check";
import { expect, test } from "vitest";
import { toCsv } from "./csv.ts";
import { escapeText, grouped, shortPercent, thousands, tie, twoDecimals, wrap } from "./text.ts";

test("numbers as figures write them", () => {
  expect([100, 51.2, 26.214, 6.87, 1.801, 0.354, 0.0351].map(shortPercent)).toEqual(
    ["100", "51.2", "26.2", "6.9", "1.8", "0.35", "0.035"], // biome-ignore format: one line reads best
  );
  expect([0, 500, 1000, 2500, 50_000, 1234].map(thousands)).toEqual(["0", "500", "1k", "2.5k", "50k", "1234"]);
  expect([266_200, 999.6, Number.NaN].map(grouped)).toEqual(["266,200", "1,000", "NaN"]);
  expect([98.1, Number.NaN].map(twoDecimals)).toEqual(["98.10", "–"]);
});

test("no markup survives escaping", () => {
  expect(escapeText(`<a href="x">&</a>`)).not.toMatch(/[<>"]|&(?!#\d+;)/);
});

test("wrapped lines keep all words in order and are no wider than asked, unless one word is", () => {
  fc.assert(
    fc.property(fc.lorem({ maxCount: 30 }), fc.integer({ min: 5, max: 40 }), (text, width) => {
      const lines = wrap(text, width);
      expect(lines.join(" ")).toBe(text);
      for (const line of lines) expect(line.length <= width || !line.includes(" ")).toBe(true);
    }),
  );
  expect(wrap(tie("keeps 5 % (n = 3)"), 8)).toEqual(["keeps", "5\u00a0%", "(n\u00a0=\u00a03)"]);
});

test("CSV has a header, CRLF, quotes where needed and full precision", () => {
  const csv = toCsv([
    { name: 'a "b", c', value: 0.1 + 0.2 },
    { name: "line\nbreak", value: Number.NaN },
  ]);
  expect(csv).toBe('name,value\r\n"a ""b"", c",0.30000000000000004\r\n"line\nbreak",NaN\r\n');
});
