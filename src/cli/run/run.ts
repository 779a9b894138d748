/** `tombola run STUDY`: from options to rows, figures and a report. A command for each study, and for short presets. */

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { constantsOf } from "../../app/constants.ts";
import { checkPlan } from "../../app/memory.ts";
import { createMeter } from "../../app/meter.ts";
import { planStudy, type StudyPlan, workOf } from "../../app/plan.ts";
import { writeResults } from "../../app/results.ts";
import { carryOutRun } from "../../app/run.ts";
import { leftOutNote, resultTable, summaryOf } from "../../app/runs.ts";
import { counted, dataOf, pinned } from "../../app/subjects.ts";
import { taskOfAll } from "../../app/task.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { Arithmetic } from "../../engine/arithmetic.ts";
import { createEngine } from "../../engine/choose.ts";
import { DEFAULT_BAND } from "../../figure/band.ts";
import { keepGiven } from "../../step/given.ts";
import type { Run, Store } from "../../store/store.ts";
import type { Preset, StudyKind, StudyRow, StudySpec } from "../../study/kind.ts";
import { studyKinds } from "../../study/registry.ts";
import { createLoader } from "../talk/download-talk.ts";
import { commandLine, environment } from "../talk/environment.ts";
import { writableStore } from "../talk/folder.ts";
import { addBand, addShared, type BandOptions, type SharedOptions } from "../talk/options.ts";
import { print, printJson, say } from "../talk/output.ts";
import { textTable } from "../talk/table.ts";
import { createDisplay } from "./display.ts";
import { dryRun } from "./dry-run.ts";
import { presetHelp, studyHelp } from "./help.ts";
import { stopOnSignals } from "./signals.ts";
import { type AskedOptions, addStudyOptions, askedOptions } from "./study-options.ts";
import { withTrained } from "./trained.ts";

type RunOptions = SharedOptions & BandOptions & { readonly dryRun?: boolean };

/** Adds the verb. */
export function addRun(program: Command): void {
  const run = program
    .command("run")
    .description("train, prune and compare: everything a study needs, continued where it stopped");
  for (const kind of studyKinds()) {
    addStudy(run, kind, kind).addHelpText("after", studyHelp(kind));
  }
  for (const kind of studyKinds())
    for (const preset of kind.presets.filter(({ short }) => short)) addStudy(run, kind, preset, preset);
  run.addHelpText("after", presetHelp(studyKinds()));
}

/** Adds the command of a study, or of a preset of it. */
function addStudy(
  run: Command,
  kind: StudyKind,
  { name, summary }: Pick<Preset, "name" | "summary">,
  preset?: Preset,
): Command {
  const command = run.command(name).description(summary);
  addStudyOptions(command, kind, preset);
  addBand(command, kind.band ?? DEFAULT_BAND);
  addShared(command, "store", "dataDir", "engine", "workers", "json", "quiet");
  command.option("--dry-run", "only tell what there is to train, and how long it takes by a few steps");
  return command.action((options: RunOptions) => runStudy(kind, askedOptions(command, kind, preset), options));
}

async function runStudy(kind: StudyKind, words: AskedOptions, options: RunOptions): Promise<void> {
  const { describe, load } = createLoader(options);
  const { asked, trained } = await withTrained(kind, words, { ...options, describe, load });
  const placed = await pinned(kind, asked, describe);
  const engine = await createEngine(options.engine ?? "auto");
  const datasets = await Promise.all(dataOf(kind, placed).map(load));
  const spec = counted(kind, placed, datasets);
  const { arithmetic } = engine;
  const task = taskOfAll(datasets);
  const plan = planStudy(kind, spec, { datasets, arithmetic });
  const workers = options.workers ?? Math.max(1, Math.min(availableParallelism(), plan.networks.size));
  checkPlan(plan, datasets, workers);
  if (options.dryRun) return dryRun(plan, options, { datasets, engine, workers });
  const store = await writableStore(options);
  const made = environment();
  if (trained) await keepGiven(store, trained.network, { ...trained, made });
  const session = { ...made, engine: engine.name, threads: engine.threads, workers };
  const command = commandLine();
  const run = await store.createRun({
    study: kind.name,
    spec: { ...spec },
    ...(task && { task }),
    normalised: constantsOf(datasets),
    command,
    environment: session,
  });
  if (!options.quiet) say(`run ${run.id} in ${store.dir}: ${plan.networks.size} networks, engine ${engine.name}`);
  const { rows, leftOut } = await train(
    { kind, spec, run, store, datasets, arithmetic, made, workers, plan },
    options,
  ).catch(async (error) => {
    // What failed first is what the user must read, even where the status cannot be written either.
    await store.setRunStatus(run.id, "interrupted").catch(() => {});
    throw error;
  });
  const done = leftOut > 0 ? await store.setRunStatus(run.id, "running", leftOut) : run;
  const paths = await writeResults({ store, run: done }, rows, options);
  await store.setRunStatus(run.id, "complete");
  await tell({ run: done, store, rows, paths }, options);
}

interface Training {
  readonly kind: StudyKind;
  readonly spec: StudySpec;
  readonly run: Run;
  readonly store: Store;
  readonly datasets: readonly Dataset[];
  readonly arithmetic: Arithmetic;
  readonly made: Readonly<Record<string, unknown>>;
  readonly workers: number;
  readonly plan: StudyPlan;
}

/** Resolves to the rows, and how many steps were left out. */
async function train({ plan, ...training }: Training, options: RunOptions) {
  const display = createDisplay(createMeter(workOf(plan)), options);
  let left = 0;
  const leftOut = (label: string) => {
    left++;
    display.leftOut(label);
  };
  const { signal, release } = stopOnSignals(display);
  try {
    const events = { ...display, leftOut };
    const rows = await carryOutRun({ ...training, engine: options.engine ?? "auto", events, stop: signal });
    return { rows, leftOut: left };
  } finally {
    display.close();
    release();
  }
}

interface Told {
  readonly run: Run;
  readonly store: Store;
  readonly rows: readonly StudyRow[];
  readonly paths: readonly string[];
}

async function tell({ run, store, rows, paths }: Told, options: RunOptions): Promise<void> {
  const files = `${run.id} is complete:\n${paths.map((path) => `  ${path}`).join("\n")}`;
  if (!options.json) print([textTable(resultTable(run, rows)), ...leftOutNote(run), files].join("\n\n"));
  else {
    const { id, study, spec, task, leftOut } = run;
    const told = { run: id, store: store.dir, study, spec, task, ...(leftOut && { leftOut }) };
    printJson({ ...told, rows, ...(await summaryOf(store, run, rows)) });
    if (!options.quiet) say(files);
  }
}
