/** Where the time of a step goes: a table of its kernels beside the machine's ceilings. */

import { isCeiling } from "./ceilings.ts";
import { markdown } from "./markdown.ts";
import { type Level, leastTime, type Roofline, rooflineOf } from "./roofline.ts";
import type { BenchRow } from "./rows.ts";

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

/** Kernels below this share of their step are left out. */
const LEAST = 0.02;

/** A kernel of more calls than this has one line for all of them. */
const SINGLE = 3;

/** One line a kernel: where the time of a step goes, and how near each is to what the machine can do. */
export function kernelTable(rows: readonly BenchRow[]): string {
  const kernels = rows.filter((row) => row.of !== undefined);
  const totals = new Map<string, number>();
  for (const row of kernels) totals.set(stepOf(row), (totals.get(stepOf(row)) ?? 0) + row.ms);
  const lines = summed(kernels, rows)
    .map((line) => ({ ...line, share: line.ms / totals.get(stepOf(line))! }))
    .filter(({ share }) => share >= LEAST)
    .map((line) => [
      ...[line.case, line.engine, String(line.threads), String(line.density), (line.ms * 1000).toFixed(1)],
      ...[percent(line.share), gflops(line).toFixed(1), line.ofFlops, gigabytes(line).toFixed(1), line.ofBytes],
    ]);
  const header = ["step / kernel", "engine", "threads", "density", "us", "of step"];
  const rates = ["GFLOP/s", "of peak", "GB/s", "of peak"];
  return lines.length > 0 ? [ceilingTable(rows), markdown([...header, ...rates], lines)].join("\n\n") : "";
}

const stepOf = ({ of, engine, threads, density }: BenchRow) => JSON.stringify([of, engine, threads, density]);
const kernelOf = ({ case: name, of }: BenchRow) => name.slice(of!.length + " / ".length).split(" ")[0]!;

interface KernelLine extends BenchRow {
  /** Shares of the arithmetic and of the memory ceilings. */
  readonly ofFlops: string;
  readonly ofBytes: string;
}

/** The rows of kernels; those of a kernel with many calls added up, each held against its own level of memory. */
function summed(kernels: readonly BenchRow[], rows: readonly BenchRow[]): KernelLine[] {
  const groups = new Map<string, BenchRow[]>();
  for (const row of kernels) {
    const key = `${stepOf(row)} ${kernelOf(row)}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const calls = group.reduce((sum, row) => sum + (row.calls ?? 1), 0);
    if (calls <= SINGLE) return group.map((row) => held([row], row.case, rows));
    return [held(group, `${group[0]!.of} / ${kernelOf(group[0]!)}, ${calls} calls`, rows)];
  });
}

function held(group: readonly BenchRow[], name: string, rows: readonly BenchRow[]): KernelLine {
  const sum = (value: (row: BenchRow) => number) => group.reduce((total, row) => total + value(row), 0);
  const [ms, flops, bytes] = [sum((row) => row.ms), sum((row) => row.flops!), sum((row) => row.bytes!)];
  const roofline = rooflineOf(rows, group[0]!);
  const shares = roofline ? sharesOf(group, roofline, ms) : { ofFlops: "", ofBytes: "" };
  return { ...group[0]!, case: name, ms, flops, bytes, ...shares };
}

function sharesOf(group: readonly BenchRow[], roofline: Roofline, ms: number) {
  const times = group.map((row) =>
    leastTime(roofline, { flops: row.flops!, bytes: row.bytes!, calls: row.calls ?? 1 }),
  );
  const part = (value: "arithmetic" | "memory") => percent(times.reduce((sum, time) => sum + time[value], 0) / ms);
  return { ofFlops: part("arithmetic"), ofBytes: `${part("memory")} ${levelsOf(times.map(({ level }) => level))}` };
}

const levelsOf = (levels: readonly Level[]) => LEVELS.filter((level) => levels.includes(level)).join("+");
const LEVELS: readonly Level[] = ["L2", "L3", "memory"];

const gflops = ({ flops, ms }: BenchRow) => flops! / ms / 1e6;
const gigabytes = ({ bytes, ms }: BenchRow) => bytes! / ms / 1e6;

function ceilingTable(rows: readonly BenchRow[]): string {
  const rates = (row: BenchRow) => [gflops(row).toFixed(1), gigabytes(row).toFixed(1)];
  const line = (row: BenchRow) => [row.case, row.engine, String(row.threads), ...rates(row)];
  return markdown(["ceiling", "engine", "threads", "GFLOP/s", "GB/s"], rows.filter(isCeiling).map(line));
}
