/** Proves means and deviations over chosen rows, and what becomes of entries that are constant over them. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { standardisation } from "./standardisation.ts";
import type { Table } from "./table.ts";

function table(column: string, rows: readonly (readonly number[])[]): Table {
  const data = Float32Array.from(rows.flat());
  return { count: rows.length, columns: { [column]: { type: "f32", shape: [rows[0]!.length], data } } };
}

describe("standardisation", () => {
  test("refuses a target that is constant over the rows trained on, though not over others", () => {
    const targets = table("targets", [
      [1, 7],
      [2, 7],
      [3, 8],
    ]);
    const attempt = () => standardisation(targets, Int32Array.of(0, 1), "targets");
    expect(attempt).toThrow('target 2: must vary over the rows trained on, got "7 in all of them". Train on more rows');
    expect(attempt).toThrow(expect.objectContaining({ code: "data" }));
    expect(standardisation(targets, Int32Array.of(0, 1, 2), "targets").std[1]).toBeGreaterThan(0);
  });

  test("lets a feature that is constant over the rows trained on contribute 0 in every row", () => {
    const features = table("features", [
      [1, 0.1],
      [3, 0.1],
      [5, 900],
    ]);
    const { mean, std } = standardisation(features, Int32Array.of(1, 0), "features");
    expect([mean[0], std[0]]).toEqual([2, 1]);
    const { data } = features.columns.features!;
    for (const value of [data[1]!, data[5]!]) expect((value - mean[1]!) / std[1]!).toBe(0);
  });

  test("gives standardised values the mean 0 and the deviation 1", () => {
    const rows = fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(rows, (values) => {
        fc.pre(Math.max(...values) - Math.min(...values) > 1e-3);
        const every = Int32Array.from(values, (_, i) => i);
        const { mean, std } = standardisation(
          table(
            "features",
            values.map((value) => [value]),
          ),
          every,
          "features",
        );
        const scaled = values.map((value) => (value - mean[0]!) / std[0]!);
        const average = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
        expect(average(scaled)).toBeCloseTo(0, 6);
        expect(average(scaled.map((value) => value ** 2))).toBeCloseTo(1, 6);
      }),
    );
  });
});
