/** Proves that an epoch shows every image once, in an order that only its key decides, the partial batch included. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBatches, epochOrder, iterationsPerEpoch, type OrderKey } from "./batches.ts";

const key: OrderKey = { seed: 1, replicate: 0, draw: 0 };
const every = (count: number) => Int32Array.from({ length: count }, (_, i) => 3 * i);

describe("epochOrder", () => {
  test("permutes and leaves its argument alone", () => {
    const indices = every(100);
    const order = epochOrder(key, indices, 0);
    expect(indices).toEqual(every(100));
    expect(order).not.toEqual(indices);
    expect(order.toSorted()).toEqual(indices);
  });

  test("differs with epoch, seed, replicate and draw", () => {
    const orders = [
      epochOrder(key, every(50), 0),
      epochOrder(key, every(50), 1),
      epochOrder({ ...key, seed: 2 }, every(50), 0),
      epochOrder({ ...key, replicate: 1 }, every(50), 0),
      epochOrder({ ...key, draw: 1 }, every(50), 0),
    ];
    expect(new Set(orders.map((order) => order.join())).size).toBe(orders.length);
  });

  test("gives its golden order", () => {
    expect([...epochOrder(key, every(8), 2)]).toEqual([18, 21, 3, 9, 6, 0, 15, 12]);
  });
});

describe("createBatches", () => {
  const counts = fc.record({ count: fc.integer({ min: 1, max: 200 }), batch: fc.integer({ min: 1, max: 70 }) });

  test("shows every image once an epoch, in the order of that epoch", () => {
    fc.assert(
      fc.property(counts, fc.nat({ max: 5 }), ({ count, batch }, epoch) => {
        const batches = createBatches({ indices: every(count), batch, key });
        const start = epoch * batches.iterationsPerEpoch;
        const seen = Array.from({ length: batches.iterationsPerEpoch }, (_, i) => [...batches.at(start + i)]);
        expect(seen.flat()).toEqual([...epochOrder(key, every(count), epoch)]);
      }),
    );
  });

  test("trains on the last partial batch", () => {
    const batches = createBatches({ indices: every(55), batch: 10, key });
    expect(batches.iterationsPerEpoch).toBe(6);
    expect(Array.from({ length: 7 }, (_, i) => batches.at(i).length)).toEqual([10, 10, 10, 10, 10, 5, 10]);
    expect(iterationsPerEpoch(55000, 60)).toBe(917);
  });

  test("depends on the iteration alone, not on what was asked before, and keeps its views valid", () => {
    const straight = createBatches({ indices: every(55), batch: 10, key });
    const jumping = createBatches({ indices: every(55), batch: 10, key });
    const early = jumping.at(3);
    const late = jumping.at(20);
    expect(late).toEqual(straight.at(20));
    expect(jumping.at(3)).toEqual(early);
    expect(early).toEqual(straight.at(3));
  });

  test("makes nothing anew within an epoch", () => {
    const batches = createBatches({ indices: every(55), batch: 10, key });
    expect(batches.at(3)).toBe(batches.at(3));
    expect(batches.at(4).buffer).toBe(batches.at(3).buffer);
  });

  test("refuses a batch of nothing and an iteration that is none", () => {
    expect(() => createBatches({ indices: every(0), batch: 1, key })).toThrow("batches: need at least one");
    expect(() => createBatches({ indices: every(5), batch: 0, key })).toThrow("batch: must be an integer at least 1");
    expect(() => createBatches({ indices: every(5), batch: 1, key }).at(-1)).toThrow("iteration: must be an integer");
  });
});
