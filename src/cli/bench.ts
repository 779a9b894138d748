/** `tombola bench`: how long training steps and kernels take here, beside another program's where one is named. */

import { availableParallelism, loadavg } from "node:os";
import type { Command } from "commander";
import { TombolaError } from "../base/errors.ts";
import { ceilingsSource } from "../bench/ceilings.ts";
import { type CrossoverPoint, crossoverPoints, DENSITIES } from "../bench/crossover.ts";
import { memoryRow } from "../bench/memory.ts";
import { type BenchRow, interleave, type Source } from "../bench/rows.ts";
import { engineSources, type Setting, STEP_CASES, stepName } from "../bench/sources.ts";
import { benchDataset } from "../bench/step.ts";
import { createEngine } from "../engine/choose.ts";
import type { Engine } from "../engine/engine.ts";
import { crossoverTables, tables } from "./bench-tables.ts";
import { addOption, integer, listOf, oneOf, text } from "./options.ts";
import { print, printJson, say, warning } from "./output.ts";
import { peerSource } from "./peer.ts";

const ENGINES = ["native", "wasm", "reference"] as const;
const DEFAULT_ENGINES = ["native", "wasm"] as const;
const CASES = ["step", "evaluate", "kernel", "memory"] as const;

interface BenchOptions {
  readonly engines?: readonly (typeof ENGINES)[number][];
  readonly cases?: readonly (typeof CASES)[number][];
  readonly threads?: number;
  readonly peer?: string;
  readonly crossover?: boolean;
  readonly quick?: boolean;
  readonly json?: boolean;
}

/** How long is measured: rounds, milliseconds of a case in each, steps of the memory case. */
const PACE = { full: { rounds: 9, slice: 150, steps: 10_000 }, quick: { rounds: 3, slice: 30, steps: 1000 } } as const;

/** Adds the verb `bench`. */
export function addBench(program: Command): void {
  const command = program
    .command("bench")
    .description("measure training steps, evaluation, kernels and memory of LeNet-300-100 on this machine");
  addOption(command, "--engines <names>", `of ${ENGINES.join(", ")} (default: native,wasm)`, listOf(oneOf(ENGINES)));
  addOption(command, "--cases <names>", `of ${CASES.join(", ")} (default: all)`, listOf(oneOf(CASES)));
  addOption(
    command,
    "--threads <n>",
    "that run each kernel, where the engine has threads (default: 1)",
    integer(1, 64),
  );
  addOption(command, "--peer <command>", "a program that prints rows of the same steps, run in turn with ours", text);
  addOption(command, "--crossover", "instead, time dense against sparse kernels over densities");
  addOption(command, "--quick", "a tenth of the time, more noise");
  addOption(command, "--json", "print one JSON object a line for every row").action(bench);
}

async function bench(options: BenchOptions): Promise<void> {
  const { threads = 1, quick = false, json = false } = options;
  const pace = PACE[quick ? "quick" : "full"];
  warnOfOthers();
  const dataset = benchDataset();
  const engines = await openEngines(options.engines, threads);
  const settings = engines.map((engine): Setting => ({ engine, dataset, slice: pace.slice }));
  if (options.crossover) return tell(measureCrossover(settings[0]!, pace), crossoverTables, json);
  tell(await measure(settings, { ...options, threads }, pace), tables, json);
}

/** One core is ours; whoever takes turns on it lengthens whatever is longer than a turn, a few milliseconds. */
function warnOfOthers(): void {
  const [[load], cores] = [loadavg() as [number], availableParallelism()];
  if (load < cores - 0.5) return;
  say(warning(`this machine is busy (load ${load.toFixed(1)} on ${cores} cores): times are too long`));
}

function tell<T>(rows: readonly T[], draw: (rows: readonly T[]) => string, json: boolean): void {
  if (json) rows.forEach(printJson);
  else print(draw(rows));
}

/** The engines that were asked for, or those of the default that work here. */
async function openEngines(names: BenchOptions["engines"], threads: number): Promise<Engine[]> {
  const open = (name: string) => createEngine(name, { threads });
  if (names) return Promise.all(names.map(open));
  const found = await Promise.all(DEFAULT_ENGINES.map((name) => open(name).catch(skip)));
  return found.filter((engine) => engine !== null);
}

function skip(error: unknown): null {
  if (!(error instanceof TombolaError) || error.code !== "engine") throw error;
  say(warning(`left out: ${error.message}`));
  return null;
}

type Pace = (typeof PACE)[keyof typeof PACE];

async function measure(
  settings: readonly Setting[],
  { cases = CASES, peer, threads }: BenchOptions & { threads: number },
  { rounds, slice, steps }: Pace,
): Promise<BenchRow[]> {
  // Memory first: what the other cases leave behind would be freed in the middle of it.
  const memory = cases.includes("memory") ? memoryRows(settings, steps) : [];
  const measures = cases.filter((name) => name !== "memory");
  const wanted = [...new Set(STEP_CASES.map(({ batch }) => stepName(batch)))];
  const sources: Source[] = [
    ...(peer === undefined ? [] : [peerSource(peer, { cases: wanted, threads })]),
    ...(cases.includes("kernel") ? settings.map(({ engine }) => ceilingsSource(engine, slice)) : []),
    ...settings.flatMap((setting) => engineSources(setting, measures)),
  ];
  const onRound = (round: number) => say(`round ${round + 1} of ${rounds}`);
  return [...(sources.length > 0 ? await interleave(sources, { rounds, onRound }) : []), ...memory];
}

/** The reference engine would take hours. */
function memoryRows(settings: readonly Setting[], steps: number): BenchRow[] {
  const resident = () => process.memoryUsage.rss();
  return settings
    .filter(({ engine }) => engine.name !== "reference")
    .flatMap((setting) => [1, 0.05].map((density) => memoryRow(setting, { batch: 60, density, steps, resident })));
}

/** Many short slices: the two kinds are compared, so both should meet each mood of the machine. */
function measureCrossover({ slice, ...setting }: Setting, { rounds }: Pace): CrossoverPoint[] {
  return [60, 128].flatMap((batch) =>
    DENSITIES.flatMap((density) => {
      say(`batch ${batch}, density ${density}`);
      return crossoverPoints({ ...setting, slice: slice / 5 }, { batch, density, rounds: rounds * 5 });
    }),
  );
}
