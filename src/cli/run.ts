/** `tombola run STUDY`: from options to rows, figures and a report. */

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { fail } from "../base/errors.ts";
import { parseSteps, resolveSteps } from "../base/steps.ts";
import { iterationsPerEpoch } from "../dataset/batches.ts";
import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import { trainedImages } from "../dataset/split.ts";
import { createEngine } from "../engine/choose.ts";
import { parseModel } from "../model/registry.ts";
import type { Run } from "../store/store.ts";
import type { StudyRow } from "../study/pair.ts";
import type { PruningSpec } from "../study/spec.ts";
import { datasetsOf, type StudySpec } from "../study/studies.ts";
import { createDisplay } from "./display.ts";
import { describeTalking, loadTalking } from "./download-talk.ts";
import { dryRun } from "./dry-run.ts";
import { commandLine, environment } from "./environment.ts";
import { writableStore } from "./folder.ts";
import { checkTraining } from "./memory.ts";
import { createMeter } from "./meter.ts";
import { addShared, type SharedOptions } from "./options.ts";
import { print, printJson, say } from "./output.ts";
import { type Plan, planStudy, workOf } from "./plan.ts";
import { addPruningOptions, studyHelp } from "./pruning-options.ts";
import { readStudy, type StudyOptions, specOf } from "./study-spec.ts";
import { resultTable } from "./summary.ts";
import { trainStudy } from "./train-study.ts";

type RunOptions = StudyOptions & SharedOptions & { readonly dryRun?: boolean };

/** Adds the verb. */
export function addRun(program: Command): void {
  const command = program
    .command("run")
    .description("train, prune and compare: everything a study needs, continued where it stopped")
    .argument("<study>", "a study or a preset of imp, see below", (name) => readStudy(name, "study"))
    .action(run);
  addPruningOptions(command);
  addShared(command, "store", "dataDir", "engine", "workers", "json", "quiet");
  command.option("--dry-run", "only tell what there is to train, and how long it takes by a few steps");
  command.addHelpText("after", studyHelp());
}

async function run(name: string, options: RunOptions): Promise<void> {
  const asked = specOf(name, options);
  const spec = await described(asked, options);
  const { writeResults } = await import("./results.ts");
  const engine = await createEngine(options.engine ?? "auto");
  const datasets = await Promise.all(datasetsOf(spec).map((data) => loadTalking(data, options)));
  if ("rewind" in spec) checkRewind(spec, datasets[0]!);
  const plan = await planStudy(spec, datasets);
  const workers = options.workers ?? Math.min(availableParallelism(), plan.networks.size);
  checkMemory(plan, datasets, workers);
  if (options.dryRun) return dryRun(plan, options, { datasets, engine, workers });
  const store = await writableStore(options);
  const made = environment({ engine: engine.name, threads: engine.threads, workers });
  const begun = await store.createRun({ study: spec.study, spec, command: commandLine(), environment: made });
  if (!options.quiet) say(`run ${begun.id} in ${store.dir}: ${plan.networks.size} networks, engine ${engine.name}`);
  const display = createDisplay(createMeter(workOf(plan)), options);
  const training = { spec, run: begun, store, datasets, engine: options.engine ?? "auto", workers, display };
  const rows = await trainStudy(training).catch(async (error) => {
    // What failed first is what the user must read, even where the status cannot be written either.
    await store.setRunStatus(begun.id, "interrupted").catch(() => {});
    throw error;
  });
  const paths = await writeResults(store, begun, rows);
  await store.setRunStatus(begun.id, "complete");
  tell(begun, { rows, paths }, options);
}

/** The name of a folder's data set pins its images, so that results of others are not taken for theirs. */
async function described(spec: StudySpec, options: RunOptions): Promise<StudySpec> {
  const pinned = async <T extends { readonly model: string; readonly data: string }>(part: T): Promise<T> => {
    const description = await describeTalking(part.data, options);
    parseModel(part.model, description);
    return { ...part, data: description.name };
  };
  return "networks" in spec ? { ...spec, networks: await Promise.all(spec.networks.map(pinned)) } : pinned(spec);
}

/** Refuses models of which the memory does not hold one for every worker. */
function checkMemory({ networks }: Plan, datasets: readonly Dataset[], workers: number): void {
  const firsts = new Map([...networks.values()].map(({ params }) => [params.model, params]));
  for (const params of firsts.values())
    checkTraining(params, datasetNamed(datasets, params.data), { copies: Math.min(workers, networks.size) });
}

type Lengths = Pick<PruningSpec, "rewind" | "steps" | "validation" | "trainSize" | "batch">;

function checkRewind({ rewind, steps, batch, ...trained }: Lengths, dataset: Dataset): void {
  const perEpoch = iterationsPerEpoch(trainedImages(dataset, trained).length, batch);
  const [from, to] = [rewind, steps].map((length) => resolveSteps(parseSteps(length), perEpoch)) as [number, number];
  if (from > 0 && from >= to)
    fail("usage", "--rewind", { rule: `must come before the end of training (${steps})`, got: rewind });
}

function tell(
  run: Run,
  { rows, paths }: { rows: readonly StudyRow[]; paths: readonly string[] },
  options: RunOptions,
): void {
  const files = `${run.id} is complete:\n${paths.map((path) => `  ${path}`).join("\n")}`;
  if (!options.json) print(`${resultTable(rows)}\n\n${files}`);
  else {
    printJson({ study: run.study, spec: run.spec, rows });
    if (!options.quiet) say(files);
  }
}
