/** The measurements of a benchmark as rows, and how several rounds of them become one table. */

/** One measurement: median milliseconds of one run of a case. */
export interface BenchRow {
  readonly case: string;
  readonly engine: string;
  /** Fraction of the prunable weights kept. */
  readonly density: number;
  readonly threads: number;
  readonly ms: number;
  /** Floating-point operations, and bytes touched at least, of one run. */
  readonly flops?: number;
  readonly bytes?: number;
  /** Of a kernel: the case that it is part of, and how many calls the row adds up. */
  readonly of?: string;
  readonly calls?: number;
  /** Of an evaluation: the images it scores. */
  readonly images?: number;
  /** Of a construction: the weights of its target, and how many of them no subset brings within epsilon. */
  readonly weights?: number;
  readonly missed?: number;
  /** Of the memory case: bytes by which the process's resident memory grew. */
  readonly growth?: number;
}

/** Something that is measured for a moment at a time; each call gives its rows of one round. */
export type Source = () => readonly BenchRow[] | Promise<readonly BenchRow[]>;

/**
 * Takes the sources in turn, round after round, so that all of them see the same noise; gives the median of every row
 * over the rounds, in the order of first appearance.
 */
export async function interleave(
  sources: readonly Source[],
  { rounds, onRound }: { rounds: number; onRound?: (round: number) => void },
): Promise<BenchRow[]> {
  const measured = new Map<string, BenchRow[]>();
  for (let round = 0; round < rounds; round++) {
    onRound?.(round);
    for (const source of sources)
      for (const row of await source()) measured.set(identityOf(row), [...(measured.get(identityOf(row)) ?? []), row]);
  }
  return [...measured.values()].map((rows) => ({ ...rows[0]!, ms: significant(median(rows.map(({ ms }) => ms))) }));
}

const identityOf = ({ case: name, engine, density, threads }: BenchRow) =>
  JSON.stringify([name, engine, density, threads]);

/** Four digits: more are noise. */
export function significant(ms: number): number {
  return Number(ms.toPrecision(4));
}

/** The middle value; the lower one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

/** Runs that are not timed at the beginning of a slice: another case has just had the caches. A long one does by itself. */
const WARM_UP = 3;

/** Median milliseconds of `run` over about `milliseconds` of repetitions, three at least. */
export async function timeSlice(run: () => unknown, milliseconds: number): Promise<number> {
  const warm = performance.now() + milliseconds;
  for (let i = 0; i === 0 || (i < WARM_UP && performance.now() < warm); i++) await run();
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  for (let start = performance.now(); start < end || times.length < 3; start = performance.now()) {
    const done = run();
    // Awaiting what is there already would be timed too.
    if (done instanceof Promise) await done;
    times.push(performance.now() - start);
  }
  return median(times);
}
