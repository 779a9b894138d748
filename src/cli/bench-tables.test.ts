import { expect, test } from "vitest";
import { CEILINGS } from "../bench/ceilings.ts";
import type { BenchRow } from "../bench/rows.ts";
import { crossoverTables, markdown, tables } from "./bench-tables.ts";

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

test("a table is Markdown whose columns line up, numbers to the right", () => {
  expect(
    markdown(
      ["case", "ms"],
      [
        ["a", "1.5"],
        ["longer", "12"],
      ],
    ),
  ).toBe("| case   |  ms |\n|--------|----:|\n| a      | 1.5 |\n| longer |  12 |");
});

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
      ["lenet b60", "1", "2.00", "5.00", "2.5 %", "2.500", "4.00", "0.500"],
      ["lenet b60", "0.2", "0.500", "1.00", "4.0 %", "2.000", "4.00", "0.125"],
    ]),
  );
});

test("kernels are held against the nearer ceiling, and small ones are left out", () => {
  const of = { of: "step" };
  const text = tables([
    row(CEILINGS.arithmetic, "native", 1, { flops: 1e8, bytes: 1 }),
    row(CEILINGS.near, "native", 1, { flops: 1, bytes: 5e7 }),
    row(CEILINGS.far, "native", 1, { flops: 1, bytes: 2e7 }),
    row("step / product", "native", 1, { ...of, flops: 5e7, bytes: 1e6 }),
    row("step / stream", "native", 1, { ...of, flops: 0, bytes: 1e7 }),
    row("step / near", "native", 0.01, { ...of, flops: 0, bytes: 2.5e5 }),
    row("step / tiny", "native", 0.02, { ...of, flops: 0, bytes: 1 }),
  ]);
  expect(cells(text, "step / ").map((line) => [line[0], line.at(-1)])).toEqual([
    ["step / kernel", "of roof"],
    ["step / product", "50.0 % flop"],
    ["step / stream", "50.0 % byte"],
  ]);
});

test("evaluation is told in images a second, memory in what it grew by", () => {
  const text = tables([
    row("score", "native", 10, { images: 2000 }),
    row("10000 steps", "native", 0.1, { growth: -1048576 }),
  ]);
  expect(cells(text, "score")).toEqual([["score", "native", "1", "10.00", "200,000"]]);
  expect(cells(text, "10000 steps")).toEqual([["10000 steps", "native", "1", "0.100", "-1.0"]]);
});

test("crossovers show where the kinds meet beside what is in use", () => {
  const at = (density: number, sparse: number) => {
    return { batch: 60, parameter: "fc1.weight", direction: "forward" as const, density, dense: 2, sparse };
  };
  const [line] = cells(crossoverTables([at(0.4, 1), at(0.6, 3)]), "fc1");
  expect(line).toEqual(["fc1.weight forward b60", "0.50", expect.stringMatching(/^0\.\d+$/), "0.50", "1.50"]);
});
