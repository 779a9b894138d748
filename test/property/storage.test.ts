/** Compact storage loses nothing of what a mask keeps, and holds nothing else. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { indexMask, packValues, pad, type Storage, storageElements, unpackValues } from "../../src/program/buffers.ts";

interface Masked {
  readonly rows: number;
  readonly columns: number;
  readonly mask: Uint8Array;
  readonly values: Float32Array;
}

const anyMasked: fc.Arbitrary<Masked> = fc
  .record({ rows: fc.integer({ min: 1, max: 20 }), columns: fc.integer({ min: 1, max: 40 }) })
  .chain(({ rows, columns }) => {
    const length = rows * columns;
    return fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      mask: fc.uint8Array({ minLength: length, maxLength: length, max: 1 }),
      values: fc.float32Array({ minLength: length, maxLength: length }),
    });
  });

const dense = ({ rows, columns }: Masked): Storage => ({ kind: "dense", rows, columns, stride: pad(columns) });
const compact = ({ rows, columns, mask }: Masked): Storage => ({
  kind: "compact",
  index: indexMask(mask, rows, columns),
});

test("an index by rows names the kept entries in ascending order", () => {
  fc.assert(
    fc.property(anyMasked, ({ rows, columns, mask }) => {
      const { rowStart, column, kept } = indexMask(mask, rows, columns);
      const entries = Array.from({ length: rows }, (_, r) =>
        [...column.subarray(rowStart[r], rowStart[r + 1])].map((c) => r * columns + c),
      );
      expect(entries.flat()).toEqual([...mask.keys()].filter((place) => mask[place]));
      expect([rowStart[0], rowStart[rows], column.length]).toEqual([0, kept, kept]);
    }),
  );
});

test("an index by columns names the same entries, and where their values lie", () => {
  fc.assert(
    fc.property(anyMasked, ({ rows, columns, mask }) => {
      const { column, columnStart, row, position, rowStart } = indexMask(mask, rows, columns);
      expect([...position].sort((a, b) => a - b)).toEqual([...column.keys()]);
      for (let c = 0; c < columns; c++)
        for (let k = columnStart[c]!; k < columnStart[c + 1]!; k++) {
          expect(column[position[k]!]).toBe(c);
          expect(position[k]!).toBeGreaterThanOrEqual(rowStart[row[k]!]!);
          expect(position[k]!).toBeLessThan(rowStart[row[k]! + 1]!);
          if (k > columnStart[c]!) expect(row[k]!).toBeGreaterThan(row[k - 1]!);
        }
    }),
  );
});

test("dense values come back as they went in, NaN and -0 too, between padding of +0", () => {
  fc.assert(
    fc.property(anyMasked, (masked) => {
      const packed = packValues(dense(masked), masked.values);
      expect(unpackValues(dense(masked), packed)).toEqual(masked.values);
      const padding = packed.filter((_, place) => place % pad(masked.columns) >= masked.columns);
      expect(padding.every((value) => Object.is(value, 0))).toBe(true);
    }),
  );
});

test("kept values come back as they went in, pruned ones as +0 whatever they were", () => {
  fc.assert(
    fc.property(anyMasked, (masked) => {
      const packed = packValues(compact(masked), masked.values);
      expect(packed.length).toBe(masked.mask.reduce((count, bit) => count + bit, 0));
      expect(unpackValues(compact(masked), packed)).toEqual(
        masked.values.map((value, i) => (masked.mask[i] ? value : 0)),
      );
    }),
  );
});

test("packing undoes unpacking", () => {
  fc.assert(
    fc.property(anyMasked, fc.infiniteStream(fc.float({ noNaN: true })), (masked, stream) => {
      const storage = compact(masked);
      const packed = Float32Array.from({ length: storageElements(storage) }, () => stream.next().value);
      expect(packValues(storage, unpackValues(storage, packed))).toEqual(packed);
    }),
  );
});
