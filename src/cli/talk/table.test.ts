import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { table, wrap, wrappedTable } from "./table.ts";

test("words lean left, numbers and their headings right", () => {
  const rows = [
    ["ticket", "100.00", "a"],
    ["x", "-", "bc"],
  ];
  expect(table(["arm", "n", "note"], rows)).toBe("arm          n  note\nticket  100.00  a\nx            -  bc");
});

test("a table without rows is its heading", () => expect(table(["id", "status"], [])).toBe("id  status"));

describe("a wrapped table", () => {
  const header = ["id", "claim", "verdict"];
  const rows = [
    ["1", "tickets match the dense network in no more iterations than it takes", "not established yet"],
    ["2", "new weights are worse", "-"],
  ];

  test("that fits is the plain one", () => expect(wrappedTable(header, rows, 200)).toBe(table(header, rows)));

  test("breaks its cells at spaces, and leaves short columns readable", () => {
    expect(wrappedTable(header, rows, 48)).toBe(
      [
        "id  claim                       verdict",
        "1   tickets match the dense     not established",
        "    network in no more          yet",
        "    iterations than it takes",
        "2   new weights are worse       -",
      ].join("\n"),
    );
  });

  test("has no line beyond the width, and every word", () => {
    const cell = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 12 });
    const width = fc.integer({ min: 12, max: 120 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }), width, (cells, most) => {
        const text = wrappedTable(
          header,
          cells.map((row) => row.map((words) => words.join(" "))),
          most,
        );
        for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(most);
        const letters = (from: string) => [...from.replaceAll(/\s/g, "")].sort().join("");
        expect(letters(text)).toBe(letters([header, ...cells].flat(2).join("")));
      }),
    );
  });

  test("cuts a word only where it is longer than a line", () => {
    expect(wrap("a resnet of 20 layers", 6)).toEqual(["a", "resnet", "of 20", "layers"]);
    expect(wrap("instability", 4)).toEqual(["inst", "abil", "ity"]);
  });
});
