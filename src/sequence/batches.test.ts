import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLengthBatches, timeFor } from "./batches.ts";

const texts = fc.record({
  lengths: fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 400 }),
  batch: fc.integer({ min: 1, max: 40 }),
  most: fc.integer({ min: 1, max: 128 }),
  seed: fc.nat(),
});

const made = ({ lengths, batch, most, seed }: { lengths: number[]; batch: number; most: number; seed: number }) =>
  createLengthBatches({
    indices: Int32Array.from(lengths, (_, row) => row),
    lengths: Int32Array.from(lengths),
    most,
    batch,
    key: { seed, replicate: 1, draw: 2 },
  });

const epochOf = (batches: ReturnType<typeof made>, epoch: number) =>
  Array.from({ length: batches.iterationsPerEpoch }, (_, i) => batches.at(epoch * batches.iterationsPerEpoch + i));

test("an epoch has every row once, in batches that hold their longest text", () => {
  fc.assert(
    fc.property(texts, (options) => {
      const batches = made(options);
      const epoch = epochOf(batches, 1);
      const rows = epoch.flatMap(({ rows: each }) => [...each]);
      expect(rows.toSorted((a, b) => a - b)).toEqual(options.lengths.map((_, row) => row));
      for (const { rows: own, time } of epoch) {
        expect(own.length).toBeLessThanOrEqual(options.batch);
        expect(time).toBe(Math.max(...Array.from(own, (row) => timeFor(options.lengths[row]!, options.most))));
        expect(batches.times).toContain(time);
      }
    }),
  );
});

test("the iteration alone says the batch, whatever was asked before", () => {
  const options = { lengths: Array.from({ length: 500 }, (_, i) => (i * 37) % 100), batch: 3, most: 64, seed: 5 };
  const [forward, back] = [made(options), made(options)];
  const asked = [0, 400, 3, 166, 167].map((iteration) => forward.at(iteration));
  expect([167, 166, 3, 400, 0].map((iteration) => back.at(iteration)).reverse()).toEqual(asked);
});

describe("batches of texts", () => {
  const lengths = Array.from({ length: 4000 }, (_, i) => 1 + ((i * 7919) % 128));
  const epoch = epochOf(made({ lengths, batch: 8, most: 128, seed: 1 }), 0);

  test("waste few positions", () => {
    const [used, all] = epoch.reduce(
      ([some, whole], { rows, time }) => [some + rows.reduce((sum, row) => sum + lengths[row]!, 0), whole + 8 * time],
      [0, 0],
    );
    expect(used / all).toBeGreaterThan(0.85);
  });

  test("come in no order of length", () => {
    const rises = epoch.filter(({ time }, i) => i > 0 && time > epoch[i - 1]!.time).length;
    const falls = epoch.filter(({ time }, i) => i > 0 && time < epoch[i - 1]!.time).length;
    expect(Math.abs(rises - falls)).toBeLessThan(epoch.length / 10);
  });
});

test.each([
  [0, 64, 16],
  [1, 64, 16],
  [16, 64, 16],
  [17, 64, 32],
  [500, 64, 64],
  [500, 50, 50],
  [40, 50, 48],
])("a text of %i tokens, cut at %i, takes %i positions", (length, most, time) => {
  expect(timeFor(length, most)).toBe(time);
});

test("refuses what cannot be batched", () => {
  expect(() => made({ lengths: [], batch: 1, most: 16, seed: 0 })).toThrow("need at least one text");
  expect(() => made({ lengths: [1], batch: 0, most: 16, seed: 0 })).toThrow("batch");
});
