/** `tombola run STUDY`: from options to rows, figures and a report. */

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { fail } from "../base/errors.ts";
import { parseSteps, resolveSteps } from "../base/steps.ts";
import { iterationsPerEpoch } from "../dataset/batches.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { datasetInfo } from "../dataset/registry.ts";
import { splitTrain } from "../dataset/split.ts";
import { createEngine } from "../engine/choose.ts";
import { parseModel } from "../model/registry.ts";
import { openStore } from "../store/open.ts";
import type { Run } from "../store/store.ts";
import { PRESETS, type PruningOptions } from "../study/presets.ts";
import type { Row } from "../study/row.ts";
import type { PruningSpec } from "../study/spec.ts";
import { createDisplay } from "./display.ts";
import { loadTalking } from "./download-talk.ts";
import { commandLine, environment } from "./environment.ts";
import { isStore, storeFolder } from "./folder.ts";
import { createMeter } from "./meter.ts";
import { addShared, type SharedOptions } from "./options.ts";
import { print, printJson, say } from "./output.ts";
import { countStored, type Plan, planStudy } from "./plan.ts";
import { addPruningOptions, readStudy, specOf } from "./pruning-options.ts";
import { accuracyTable } from "./summary.ts";
import { trainStudy } from "./train-study.ts";

type RunOptions = PruningOptions & SharedOptions & { readonly dryRun?: boolean };

/** Adds the verb. */
export function addRun(program: Command): void {
  const command = program
    .command("run")
    .description("train, prune and compare: everything a study needs, continued where it stopped")
    .argument("<study>", "imp (iterative pruning), oneshot, or a preset", (name) => readStudy(name, "study"))
    .action(run);
  addPruningOptions(command);
  addShared(command, "store", "dataDir", "engine", "workers", "json", "quiet");
  command.option("--dry-run", "only tell how many networks there are to train");
  const presets = Object.entries(PRESETS).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`);
  const lengths = "Lengths of training are written 10ep, 500it, 2ep50it or 0.";
  command.addHelpText("after", `\nPresets, whose options may be overridden:\n${presets.join("\n")}\n\n${lengths}`);
}

async function run(name: string, options: RunOptions): Promise<void> {
  const spec = specOf(name, options);
  parseModel(spec.model, datasetInfo(spec.data));
  const { writeResults } = await import("./results.ts");
  const engine = await createEngine(options.engine ?? "auto");
  const dataset = await loadTalking(spec.data, options);
  checkRewind(spec, dataset);
  const plan = await planStudy(spec, dataset);
  if (options.dryRun) return tellPlan(plan, options);
  const store = await openStore(storeFolder(options));
  const workers = options.workers ?? Math.min(availableParallelism(), plan.networks.size);
  const made = environment({ engine: engine.name, threads: engine.threads, workers });
  const begun = await store.createRun({ study: spec.study, spec, command: commandLine(), environment: made });
  if (!options.quiet) say(`run ${begun.id} in ${store.dir}: ${plan.networks.size} networks, engine ${engine.name}`);
  const display = createDisplay(createMeter(plan), options);
  const training = { spec, run: begun, store, dataset, engine: options.engine ?? "auto", workers, display };
  const rows = await trainStudy(training).catch(async (error) => {
    // What failed first is what the user must read, even where the status cannot be written either.
    await store.setRunStatus(begun.id, "interrupted").catch(() => {});
    throw error;
  });
  const paths = await writeResults(store, begun, rows);
  await store.setRunStatus(begun.id, "complete");
  tell(begun, { rows, paths }, options);
}

function checkRewind({ rewind, steps, validation, batch }: PruningSpec, dataset: Dataset): void {
  const perEpoch = iterationsPerEpoch(splitTrain(dataset, validation).train.length, batch);
  const [from, to] = [rewind, steps].map((length) => resolveSteps(parseSteps(length), perEpoch)) as [number, number];
  if (from > 0 && from >= to)
    fail("usage", "--rewind", { rule: `must come before the end of training (${steps})`, got: rewind });
}

async function tellPlan(plan: Plan, options: RunOptions): Promise<void> {
  const dir = storeFolder(options);
  const stored = (await isStore(dir)) ? await countStored(plan, await openStore(dir)) : 0;
  if (options.json) printJson({ networks: plan.networks.size, stored });
  else print(`${plan.networks.size} networks, of which the store already holds ${stored}`);
}

function tell(
  run: Run,
  { rows, paths }: { rows: readonly Row[]; paths: readonly string[] },
  options: RunOptions,
): void {
  const files = `${run.id} is complete:\n${paths.map((path) => `  ${path}`).join("\n")}`;
  if (!options.json) print(`${accuracyTable(rows)}\n\n${files}`);
  else {
    printJson({ study: run.study, spec: run.spec, rows });
    if (!options.quiet) say(files);
  }
}
