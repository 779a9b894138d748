import { expect, test } from "vitest";
import { markdown } from "./markdown.ts";

test("a table is Markdown whose columns line up, numbers to the right", () => {
  expect(
    markdown(
      ["case", "ms"],
      [
        ["a", "1.5"],
        ["longer", "12"],
      ],
    ),
  ).toBe("| case   |  ms |\n|--------|----:|\n| a      | 1.5 |\n| longer |  12 |");
});
