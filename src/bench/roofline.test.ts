import { expect, test } from "vitest";
import { CEILINGS } from "./ceilings.ts";
import { leastTime, rooflineOf } from "./roofline.ts";

const place = { engine: "e", threads: 1 };
const ceiling = (name: string, flops: number, bytes: number) => ({
  ...place,
  case: name,
  density: 1,
  ms: 2,
  flops,
  bytes,
});
const rows = [
  ceiling(CEILINGS.arithmetic, 200, 1),
  ceiling(CEILINGS.near, 1, 40),
  ceiling(CEILINGS.far, 1, 20),
  ceiling(CEILINGS.memory, 1, 2),
];
const MIB = 2 ** 20;

test("work takes its operations over the product's rate and its bytes over the rate of what holds one call's", () => {
  const roofline = rooflineOf(rows, place)!;
  expect(leastTime(roofline, { flops: 500, bytes: 100 })).toEqual({ arithmetic: 5, memory: 5, level: "L2" });
  expect(leastTime(roofline, { flops: 0, bytes: MIB })).toEqual({ arithmetic: 0, memory: MIB / 10, level: "L3" });
  expect(leastTime(roofline, { flops: 0, bytes: 40 * MIB }).level).toBe("memory");
  expect(leastTime(roofline, { flops: 0, bytes: 40 * MIB, calls: 4 })).toMatchObject({ memory: 4 * MIB, level: "L3" });
});

test("two threads have two second-level caches", () => {
  const two = rooflineOf(
    rows.map((row) => ({ ...row, threads: 2 })),
    { engine: "e", threads: 2 },
  )!;
  expect(leastTime(two, { flops: 0, bytes: MIB }).level).toBe("L2");
});

test("without the ceilings of just this engine and its threads there is no roofline", () => {
  expect(rooflineOf(rows.slice(1), place)).toBeNull();
  expect(rooflineOf(rows, { engine: "e", threads: 2 })).toBeNull();
  expect(rooflineOf(rows, { engine: "f", threads: 1 })).toBeNull();
});
