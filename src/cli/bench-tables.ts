/** The rows of a benchmark as tables that read well as text and as Markdown. */

import { CEILINGS } from "../bench/ceilings.ts";
import { type CrossoverPoint, crossing } from "../bench/crossover.ts";
import type { BenchRow } from "../bench/rows.ts";
import { CROSSOVER } from "../program/choose.ts";
import { PEER } from "./peer.ts";

/** Lines of cells between bars, the first columns leaning left and numbers right. */
export function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = header.map((_, column) => rows.some((cells) => /^-?\d/.test(cells[column]!)));
  const widths = header.map((_, column) => Math.max(3, ...[header, ...rows].map((cells) => cells[column]!.length)));
  const pad = (text: string, column: number) =>
    isNumber[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(" | ")} |`;
  const rule = widths.map((width, column) => (isNumber[column] ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2)));
  return [line(header), `|${rule.join("|")}|`, ...rows.map(line)].join("\n");
}

/** All tables of a benchmark's rows. */
export function tables(rows: readonly BenchRow[]): string {
  const parts = [stepTable, evaluationTable, kernelTable, memoryTable].map((part) => part(rows));
  return parts.filter((part) => part !== "").join("\n\n");
}

const unique = <T>(values: readonly T[]) => [...new Set(values)];
const ms = (row: BenchRow | undefined) => (row ? row.ms.toPrecision(3) : "");
const ratio = (a: BenchRow | undefined, b: BenchRow | undefined) => (a && b ? (a.ms / b.ms).toFixed(3) : "");
const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

/** One line a step: every engine's time, and the ratios that the project promises. */
export function stepTable(rows: readonly BenchRow[]): string {
  const steps = rows.filter(
    (row) => row.of === undefined && row.images === undefined && row.growth === undefined && !isCeiling(row),
  );
  const engines = unique(steps.map(({ engine }) => engine)).filter((name) => name !== PEER);
  const at = (engine: string, { case: name, density }: BenchRow) =>
    steps.find((row) => row.engine === engine && row.case === name && row.density === density);
  const [first, second] = engines;
  const peers = steps.some(({ engine }) => engine === PEER);
  const lines = steps
    .filter(({ engine }) => engine === first)
    .map((row) => [
      ...[row.case, String(row.density), ...engines.map((engine) => ms(at(engine, row)))],
      gatherShare(rows, row),
      ...(second ? [ratio(at(second, row), row)] : []),
      ...(peers ? [ms(at(PEER, { ...row, density: 1 })), ratio(row, at(PEER, { ...row, density: 1 }))] : []),
    ]);
  if (lines.length === 0) return "";
  const header = ["training step", "density", ...engines.map((engine) => `${engine} ms`), "gathering"];
  return markdown(
    [...header, ...(second ? [`${second} / ${first}`] : []), ...(peers ? ["peer ms", `${first} / peer`] : [])],
    lines,
  );
}

/** The share of a step that takes its batch out of the data set, by the profile of the nearest density. */
function gatherShare(rows: readonly BenchRow[], step: BenchRow): string {
  const isGather = ({ of, engine, case: name }: BenchRow) =>
    of === step.case && engine === step.engine && name.includes(" / gather_");
  const gathers = rows.filter(isGather);
  const distance = ({ density }: BenchRow) => Math.abs(Math.log(density / step.density));
  const nearest = Math.min(...gathers.map(distance));
  const ms = gathers.filter((row) => distance(row) === nearest).reduce((sum, row) => sum + row.ms, 0);
  return gathers.length > 0 ? percent(ms / step.ms) : "";
}

/** One line a scoring of the test images: images a second. */
export function evaluationTable(rows: readonly BenchRow[]): string {
  const lines = rows.flatMap(({ case: name, images, engine, density, ms }) =>
    images === undefined
      ? []
      : [[name, engine, String(density), ms.toFixed(2), Math.round((images / ms) * 1000).toLocaleString("en-US")]],
  );
  return lines.length > 0 ? markdown(["evaluation", "engine", "density", "ms", "images/s"], lines) : "";
}

/** Kernels below this share of their step are left out. */
const LEAST = 0.02;

/** One line a kernel: where the time of a step goes, and how near each is to what the machine can do. */
export function kernelTable(rows: readonly BenchRow[]): string {
  const kernels = rows.filter((row) => row.of !== undefined);
  const totals = new Map<string, number>();
  const step = ({ of, engine, density }: BenchRow) => JSON.stringify([of, engine, density]);
  for (const row of kernels) totals.set(step(row), (totals.get(step(row)) ?? 0) + row.ms);
  const share = (row: BenchRow) => row.ms / totals.get(step(row))!;
  const lines = kernels
    .filter((row) => share(row) >= LEAST)
    .map((row) => [
      ...[row.case, row.engine, String(row.density), (row.ms * 1000).toFixed(1), percent(share(row))],
      ...[gflops(row).toFixed(1), gigabytes(row).toFixed(1), roof(row, rows)],
    ]);
  const header = ["step / kernel", "engine", "density", "us", "of step", "GFLOP/s", "GB/s", "of roof"];
  return lines.length > 0 ? [ceilingTable(rows), markdown(header, lines)].join("\n\n") : "";
}

const isCeiling = ({ case: name }: BenchRow) => Object.values(CEILINGS).some((ceiling) => ceiling === name);
const gflops = ({ flops, ms }: BenchRow) => flops! / ms / 1e6;
const gigabytes = ({ bytes, ms }: BenchRow) => bytes! / ms / 1e6;

function ceilingTable(rows: readonly BenchRow[]): string {
  const line = (row: BenchRow) => [row.case, row.engine, gflops(row).toFixed(1), gigabytes(row).toFixed(1)];
  return markdown(["ceiling", "engine", "GFLOP/s", "GB/s"], rows.filter(isCeiling).map(line));
}

/** The larger of what a kernel reaches of the arithmetic ceiling and of the memory level that holds what it touches. */
function roof(row: BenchRow, rows: readonly BenchRow[]): string {
  const ceiling = (name: string) => rows.find((each) => each.case === name && each.engine === row.engine)!;
  const level = row.bytes! <= NEAR ? CEILINGS.near : CEILINGS.far;
  const arithmetic = gflops(row) / gflops(ceiling(CEILINGS.arithmetic));
  const memory = gigabytes(row) / gigabytes(ceiling(level));
  return arithmetic >= memory ? `${percent(arithmetic)} flop` : `${percent(memory)} byte`;
}

/** Half of a megabyte: what is larger lives beyond L2. */
const NEAR = 512 * 1024;

/** One line a long run of steps: by how much the process grew. */
export function memoryTable(rows: readonly BenchRow[]): string {
  const lines = rows.flatMap(({ case: name, engine, density, growth, ms }) =>
    growth === undefined ? [] : [[name, engine, String(density), ms.toPrecision(3), (growth / 2 ** 20).toFixed(1)]],
  );
  return lines.length > 0 ? markdown(["memory", "engine", "density", "ms a step", "MiB grown"], lines) : "";
}

/** Where dense kernels overtake sparse ones, and the times on both sides. */
export function crossoverTables(points: readonly CrossoverPoint[]): string {
  const groups = new Map<string, CrossoverPoint[]>();
  for (const point of points) {
    const key = `${point.parameter} ${point.direction} b${point.batch}`;
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  const densities = unique(points.map(({ density }) => density));
  const lines = [...groups].map(([key, group]) => {
    const ratios = group.map(({ sparse, dense }) => (sparse / dense).toFixed(2));
    return [key, crossing(group).toFixed(2), String(CROSSOVER[group[0]!.direction]), ...ratios];
  });
  const header = ["layer direction batch", "crossing", "in use", ...densities.map((density) => `at ${density}`)];
  return `sparse time / dense time\n\n${markdown(header, lines)}`;
}
