import fc from "fast-check";
import { expect, test } from "vitest";
import { interleave, median, timeSlice } from "./rows.ts";

test("the median is a value with as many above as below", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
      const middle = median(values);
      expect(values).toContain(middle);
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual((values.length - 1) / 2);
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
    }),
  );
});

test("sources take turns, and each row is the median of its rounds", async () => {
  const order: string[] = [];
  const source = (name: string, times: readonly number[]) => {
    let round = 0;
    return async () => {
      order.push(name);
      return [{ case: name, engine: "e", density: 1, threads: 1, ms: times[round++]!, flops: 7 }];
    };
  };
  const rounds: number[] = [];
  const sources = [source("a", [9, 1, 2]), source("b", [5, 4, 6])];
  const rows = await interleave(sources, { rounds: 3, onRound: (round) => rounds.push(round) });
  expect(order.join("")).toBe("ababab");
  expect(rounds).toEqual([0, 1, 2]);
  expect(rows.map(({ case: name, ms, flops }) => [name, ms, flops])).toEqual([
    ["a", 2, 7],
    ["b", 5, 7],
  ]);
});

test("rows that differ in one column are not mixed", async () => {
  const row = { case: "a", engine: "e", density: 1, threads: 1, ms: 1 };
  const others = [
    row,
    { ...row, density: 0.5 },
    { ...row, engine: "f" },
    { ...row, threads: 2 },
    { ...row, case: "b" },
  ];
  expect(await interleave([() => others], { rounds: 2 })).toHaveLength(5);
});

test("a slice warms up, then times at least three runs; one run longer than the slice is warm enough", async () => {
  let runs = 0;
  const wait = () => {
    runs++;
    for (const end = performance.now() + 2; performance.now() < end; );
  };
  expect(await timeSlice(wait, 1)).toBeGreaterThanOrEqual(2);
  expect(runs).toBe(4);
  await timeSlice(wait, 20);
  expect(runs).toBeGreaterThanOrEqual(4 + 1 + 3);
});
