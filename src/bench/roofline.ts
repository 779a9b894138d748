/** The least time that work can take under measured ceilings (Williams et al. 2009). */
import { CEILINGS } from "./ceilings.ts";
import type { BenchRow } from "./rows.ts";

/** Where the bytes of a call come from. */
export type Level = "L2" | "L3" | "memory";

/** What an engine with its threads can do at best, per millisecond. */
export interface Roofline {
  readonly flops: number;
  readonly bytes: Readonly<Record<Level, number>>;
  readonly threads: number;
}

/** Work that is known before it is done. */
export interface Work {
  readonly flops: number;
  readonly bytes: number;
  /** How many calls do it, 1 by default; a level of memory is chosen by the bytes of one. */
  readonly calls?: number;
}

/** The least milliseconds that work takes, by what it would wait for. */
export interface LeastTime {
  readonly arithmetic: number;
  readonly memory: number;
  readonly level: Level;
}

/** Half of an L2 cache of one core, and the L3 cache that all share; what is larger comes from further away. */
const L2 = 512 * 1024;
const L3 = 32 * 1024 * 1024;

/** The roofline of an engine from the rows of its ceilings, or null where they were not measured. */
export function rooflineOf(
  rows: readonly BenchRow[],
  { engine, threads }: Pick<BenchRow, "engine" | "threads">,
): Roofline | null {
  const find = (name: string) =>
    rows.find((row) => row.case === name && row.engine === engine && row.threads === threads);
  const [product, near, far, memory] = [CEILINGS.arithmetic, CEILINGS.near, CEILINGS.far, CEILINGS.memory].map(find);
  if (!product || !near || !far || !memory) return null;
  const rate = (row: BenchRow) => row.bytes! / row.ms;
  return {
    flops: product.flops! / product.ms,
    bytes: { L2: rate(near), L3: rate(far), memory: rate(memory) },
    threads,
  };
}

/** What work takes at least; arithmetic and memory may overlap, so the larger one bounds it. */
export function leastTime({ flops, bytes, threads }: Roofline, work: Work): LeastTime {
  const level = levelOf(work.bytes / (work.calls ?? 1), threads);
  return { arithmetic: work.flops / flops, memory: work.bytes / bytes[level], level };
}

function levelOf(bytes: number, threads: number): Level {
  if (bytes <= L2 * threads) return "L2";
  return bytes <= L3 ? "L3" : "memory";
}
