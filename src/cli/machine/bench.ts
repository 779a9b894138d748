/** `tombola bench`: how long training steps and kernels take here, beside another program's where one is named. */

import { availableParallelism, loadavg } from "node:os";
import type { Command } from "commander";
import { ceilingsSource } from "../../bench/ceilings.ts";
import { constructionRows } from "../../bench/construction.ts";
import { type CrossoverPoint, crossoverPoints, DENSITIES } from "../../bench/crossover.ts";
import { FAMILIES, type Family, familyName, familyOf, stepName } from "../../bench/families.ts";
import { memoryRow } from "../../bench/memory.ts";
import { peerSource } from "../../bench/peer.ts";
import { type BenchRow, interleave, type Source } from "../../bench/rows.ts";
import { engineSources, type Setting } from "../../bench/sources.ts";
import { crossoverTables, tables } from "../../bench/tables.ts";
import { integer, listOf, oneOf, text } from "../../study/option.ts";
import { addOption } from "../talk/options.ts";
import { print, printJson, say, warning } from "../talk/output.ts";
import { openSettings } from "./bench-settings.ts";

const ENGINES = ["native", "wasm", "reference"] as const;
const CASES = ["step", "evaluate", "kernel", "memory", "construction"] as const;
const MODELS = FAMILIES.map(familyName);

interface BenchOptions {
  readonly models?: readonly string[];
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
    .description("measure training steps, evaluation, kernels, memory and constructions on this machine");
  addOption(command, "--models <names>", `of ${MODELS.join(", ")} (default: all)`, listOf(oneOf(MODELS)));
  const engines = `of ${ENGINES.join(", ")} (default: native,wasm of LeNet, native of the others)`;
  addOption(command, "--engines <names>", engines, listOf(oneOf(ENGINES)));
  addOption(command, "--cases <names>", `of ${CASES.join(", ")} (default: all)`, listOf(oneOf(CASES)));
  const threads = "that run each kernel, where the engine has threads (default: 1 of LeNet, 2 of the others)";
  addOption(command, "--threads <n>", threads, integer(1, 64));
  const peer = "a program that prints rows of the same steps, run in turn with ours; {threads} in it is their number";
  addOption(command, "--peer <command>", peer, text);
  addOption(command, "--crossover", "instead, time dense against sparse kernels over densities (default: of LeNet)");
  addOption(command, "--quick", "a tenth of the time, more noise");
  addOption(command, "--json", "print one JSON object a line for every row").action(bench);
}

async function bench(options: BenchOptions): Promise<void> {
  const { models = options.crossover ? ["lenet-300-100"] : MODELS, quick = false, json = false } = options;
  const pace = PACE[quick ? "quick" : "full"];
  warnOfOthers();
  const settings = await openSettings(models.map(familyOf), { ...options, slice: pace.slice });
  if (options.crossover) return tell(await measureCrossover(settings, pace), crossoverTables, json);
  tell(await measure(settings, options, pace), tables, json);
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

type Pace = (typeof PACE)[keyof typeof PACE];

async function measure(
  settings: readonly Setting[],
  { cases = CASES, peer, threads }: BenchOptions,
  { rounds, slice, steps }: Pace,
): Promise<BenchRow[]> {
  // Memory first: what the other cases leave behind would be freed in the middle of it.
  const memory = cases.includes("memory") ? memoryRows(settings, steps) : [];
  const measures = cases.filter((name) => name !== "memory" && name !== "construction");
  const engines = [...new Set(settings.map(({ engine }) => engine))];
  const sources: Source[] = [
    ...(peer === undefined ? [] : peerSources(peer, settings, threads)),
    ...(cases.includes("kernel") ? engines.map((engine) => ceilingsSource(engine, slice)) : []),
    ...settings.flatMap((setting) => engineSources(setting, measures)),
  ];
  const constructions = cases.includes("construction") ? await constructionRows(threads ?? availableParallelism()) : [];
  const onRound = (round: number) => say(`round ${round + 1} of ${rounds}`);
  return [...(sources.length > 0 ? await interleave(sources, { rounds, onRound }) : []), ...constructions, ...memory];
}

/** The peer runs once for each number of threads, and prints the steps that are measured with so many. */
function peerSources(command: string, settings: readonly Setting[], asked: number | undefined): Source[] {
  const families = [...new Set(settings.map(({ family }) => family))];
  const threadsOf = (family: Family) => asked ?? family.threads;
  return [...new Set(families.map(threadsOf))].map((threads) => {
    const group = families.filter((family) => threadsOf(family) === threads);
    const cases = group.flatMap((family) => family.batches.map((batch) => stepName(family, batch)));
    return peerSource(command.replaceAll("{threads}", String(threads)), { cases, threads });
  });
}

/** The reference engine would take hours. */
function memoryRows(settings: readonly Setting[], steps: number): BenchRow[] {
  const resident = () => process.memoryUsage.rss();
  return settings
    .filter(({ engine, family }) => engine.name !== "reference" && family.watched)
    .flatMap((setting) => [1, 0.05].map((density) => memoryRow(setting, { batch: 60, density, steps, resident })));
}

/** Many short slices: the two kinds are compared, so both should meet each mood of the machine. */
async function measureCrossover(settings: readonly Setting[], { rounds }: Pace): Promise<CrossoverPoint[]> {
  const points: CrossoverPoint[] = [];
  for (const { slice, ...setting } of settings)
    for (const batch of setting.family.batches)
      for (const density of DENSITIES) {
        say(`${stepName(setting.family, batch)}, density ${density}`);
        const paced = { ...setting, slice: slice / 5 };
        points.push(...(await crossoverPoints(paced, { batch, density, rounds: rounds * 5 })));
      }
  return points;
}
