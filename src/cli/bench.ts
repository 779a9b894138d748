/** `tombola bench`: how long training steps and kernels take here, beside another program's where one is named. */

import type { Command } from "commander";
import { fail, TombolaError } from "../base/errors.ts";
import { ceilingsSource } from "../bench/ceilings.ts";
import { type CrossoverPoint, crossoverPoints, DENSITIES } from "../bench/crossover.ts";
import { memoryRow } from "../bench/memory.ts";
import { type BenchRow, interleave, type Source } from "../bench/rows.ts";
import { evaluationSource, kernelSource, type Setting, STEP_CASES, stepName, stepSource } from "../bench/sources.ts";
import { benchDataset } from "../bench/step.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { createEngine } from "../engine/choose.ts";
import type { Engine } from "../engine/engine.ts";
import { crossoverTables, tables } from "./bench-tables.ts";
import { addOption, addShared, integer, listOf, oneOf, text } from "./options.ts";
import { print, printJson, say, warning } from "./output.ts";
import { peerSource } from "./peer.ts";

const ENGINES = ["native", "wasm", "reference"] as const;
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
  addOption(command, "--threads <n>", "that run each kernel, where the engine has threads (default: 1)", integer(1, 64));
  addOption(command, "--peer <command>", "a program that prints rows of the same steps, run in turn with ours", text);
  addOption(command, "--crossover", "instead, time dense against sparse kernels over densities");
  addOption(command, "--quick", "a tenth of the time, more noise");
  addShared(command.option("--json", "print one JSON object a line for every row"));
  command.action(bench);
}

async function bench(options: BenchOptions): Promise<void> {
  const { threads = 1, quick = false, json = false } = options;
  const pace = PACE[quick ? "quick" : "full"];
  const dataset = benchDataset();
  const engines = await openEngines(options.engines, threads);
  const settings = engines.map((engine): Setting => ({ engine, dataset, slice: pace.slice }));
  if (options.crossover) return crossover(settings[0]!, { rounds: pace.rounds, json });
  const rows = await measure(settings, { ...options, threads }, pace);
  if (json) rows.forEach(printJson);
  else print(tables(rows));
}
