import { expect, test } from "vitest";
import { nearest } from "./suggest.ts";

test.each([
  ["kitten", ["sitting", "mitten"], "mitten"],
  ["sitten", ["sitting", "bitter"], "sitting"],
  ["Two-Words", ["twowords"], "twowords"],
  ["beg", ["end", "begin"], "begin"],
  ["end", ["ends", "enda", "end"], "end"],
  ["abcd", ["wxyz"], null],
  ["abc", ["abxyzc"], null],
  ["abcdefghi", ["abcdefxyz"], "abcdefxyz"],
  ["abcdefgh", ["abcdexyz"], null],
  ["-", ["a", "b"], null],
])("of %j, nearest to %j is %j", (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
