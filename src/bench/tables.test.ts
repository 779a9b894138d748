import { expect, test } from "vitest";
import { CEILINGS } from "./ceilings.ts";
import type { BenchRow } from "./rows.ts";
import { crossoverTables, tables } from "./tables.ts";

const row = (name: string, engine: string, ms: number, rest: Partial<BenchRow> = {}): BenchRow => {
  return { case: name, engine, density: 1, threads: 1, ms, ...rest };
};
const cells = (text: string, start: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith(`| ${start}`))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

test("steps show every engine, what gathering takes, and the ratios to the other engine and to the peer", () => {
  const text = tables([
    row("lenet b60", "native", 2),
    row("lenet b60", "native", 0.5, { density: 0.2 }),
    row("lenet b60", "wasm", 5),
    row("lenet b60", "wasm", 1, { density: 0.2 }),
    row("lenet b60", "peer", 4),
    row("lenet b60 / gather_images", "native", 0.05, { of: "lenet b60", flops: 0, bytes: 100 }),
    row("lenet b60 / gather_images", "native", 0.02, { of: "lenet b60", density: 0.1, flops: 0, bytes: 100 }),
    row(CEILINGS.arithmetic, "native", 1, { flops: 1e8, bytes: 1 }),
    row(CEILINGS.near, "native", 1, { flops: 1, bytes: 1e8 }),
  ]);
  expect(cells(text, "lenet b60 ")).toEqual(
    expect.arrayContaining([
      ["lenet b60", "1", "1", "2.00", "5.00", "2.5 %", "2.500", "4.00", "0.500"],
      ["lenet b60", "1", "0.2", "0.500", "1.00", "4.0 %", "2.000", "4.00", "0.125"],
    ]),
  );
});

const ceilings = (engine: string, threads: number) => [
  row(CEILINGS.arithmetic, engine, 1, { threads, flops: 1e8, bytes: 1 }),
  row(CEILINGS.near, engine, 1, { threads, flops: 1, bytes: 5e7 }),
  row(CEILINGS.far, engine, 1, { threads, flops: 1, bytes: 2e7 }),
  row(CEILINGS.memory, engine, 1, { threads, flops: 1, bytes: 1e7 }),
];

test("kernels are held against arithmetic and the memory that holds what they touch; small ones are left out", () => {
  const of = { of: "step" };
  const text = tables([
    ...ceilings("native", 1),
    row("step / product w", "native", 1, { ...of, flops: 5e7, bytes: 1e6 }),
    row("step / stream", "native", 1, { ...of, flops: 0, bytes: 1e7 }),
    row("step / near", "native", 0.1, { ...of, flops: 0, bytes: 2.5e5 }),
    row("step / tiny", "native", 0.02, { ...of, flops: 0, bytes: 1 }),
  ]);
  expect(cells(text, "step / ").map((line) => [line[0], line[7], line[9]])).toEqual([
    ["step / kernel", "of peak", "of peak"],
    ["step / product w", "50.0 %", "5.0 % L3"],
    ["step / stream", "0.0 %", "50.0 % L3"],
    ["step / near", "0.0 %", "5.0 % L2"],
  ]);
});

test("a kernel of many calls has one line, each held against its own level", () => {
  const part = (name: string, bytes: number, calls = 1) =>
    row(`step / norm ${name}`, "native", 1, { of: "step", threads: 2, flops: 1e7, bytes, calls });
  const rows = [part("a", 1e6, 2), part("b", 1e7), part("c", 1e7), part("d", 4e7)];
  const [, line] = cells(tables([...ceilings("native", 2), ...ceilings("native", 1), ...rows]), "step / ");
  // 0.02 + 0.5 + 0.5 + 4 of the 4 ms that all take.
  expect(line).toEqual([
    "step / norm, 5 calls",
    "native",
    "2",
    "1",
    "4000.0",
    "100.0 %",
    "10.0",
    "10.0 %",
    "15.3",
    "125.5 % L2+L3+memory",
  ]);
});

test("evaluation is told in images a second, memory in what it grew by", () => {
  const text = tables([
    row("score", "native", 10, { images: 2000 }),
    row("10000 steps", "native", 0.1, { growth: -1048576 }),
  ]);
  expect(cells(text, "score")).toEqual([["score", "native", "1", "1", "10.00", "200,000"]]);
  expect(cells(text, "10000 steps")).toEqual([["10000 steps", "native", "1", "0.100", "-1.0"]]);
});

test("crossovers show where the kinds meet beside what is in use", () => {
  const at = (density: number, sparse: number) => {
    return {
      model: "m",
      batch: 60,
      parameter: "fc1.weight",
      product: "linear" as const,
      direction: "forward" as const,
      density,
      dense: 2,
      sparse,
    };
  };
  const [line] = cells(crossoverTables([at(0.4, 1), at(0.6, 3)]), "m b60");
  expect(line).toEqual(["m b60 fc1.weight forward", "0.50", expect.stringMatching(/^0\.\d+$/), "0.50", "1.50"]);
});
