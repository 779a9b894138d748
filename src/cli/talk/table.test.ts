import { expect, test } from "vitest";
import { table } from "./table.ts";

test("words lean left, numbers and their headings right", () => {
  const rows = [
    ["ticket", "100.00", "a"],
    ["x", "-", "bc"],
  ];
  expect(table(["arm", "n", "note"], rows)).toBe("arm          n  note\nticket  100.00  a\nx            -  bc");
});

test("a table without rows is its heading", () => expect(table(["id", "status"], [])).toBe("id  status"));
