import fc from "fast-check";
import { expect, test } from "vitest";
import { streamBatches } from "./streams.ts";

test("a pass has every row once, and each column goes on where it ended", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40 }), (rows, batch) => {
      const { count, at } = streamBatches(rows, batch);
      const pass = Array.from({ length: count }, (_, index) => [...at(index)]);
      expect(pass.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
      for (const [index, places] of pass.entries()) {
        expect(places.length).toBeLessThanOrEqual(batch);
        for (const [column, place] of places.entries())
          if (index > 0) expect(place).toBe(pass[index - 1]![column]! + 1);
      }
    }),
  );
});
