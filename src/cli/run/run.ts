/** `tombola run STUDY`: from options to rows, figures and a report. A command for each study, and for short presets. */

import type { Command } from "commander";
import { createMeter } from "../../app/meter.ts";
import { workOf } from "../../app/plan.ts";
import { writeResults } from "../../app/results.ts";
import { leftOutNote, summaryOf, tablesOf } from "../../app/runs.ts";
import { beginRun, type Carried, carryOutStudy, type PreparedStudy, prepareStudy } from "../../app/study.ts";
import { DEFAULT_BAND } from "../../figure/band.ts";
import { keepGiven } from "../../step/given.ts";
import { keepsState } from "../../step/interrupted.ts";
import type { Run, Store } from "../../store/store.ts";
import type { Preset, StudyKind, StudyRow } from "../../study/kind.ts";
import { studyKinds } from "../../study/registry.ts";
import { createLoader } from "../talk/download-talk.ts";
import { commandLine, environment } from "../talk/environment.ts";
import { writableStore } from "../talk/folder.ts";
import { addBand, addShared, type BandOptions, type SharedOptions } from "../talk/options.ts";
import { print, printJson, say, warning } from "../talk/output.ts";
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
  command.option(
    "--dry-run",
    "only tell what there is to train, and how long it takes by a few steps; fetches and writes nothing",
  );
  return command.action((options: RunOptions) => runStudy(kind, askedOptions(command, kind, preset), options));
}

async function runStudy(kind: StudyKind, words: AskedOptions, options: RunOptions): Promise<void> {
  const loader = createLoader(options);
  const { asked, trained } = await withTrained(kind, words, { ...options, ...loader });
  const study = await prepareStudy(kind, asked, { loader, ...options });
  const { plan, engine, datasets, workers } = study;
  if (options.dryRun) return dryRun(plan, options, { datasets, engine, workers });
  const store = await writableStore(options);
  const made = environment();
  if (trained) await keepGiven(store, trained.network, { ...trained, made });
  const begun = await beginRun(study, { store, command: commandLine(), made });
  if (!options.quiet) say(`run ${begun.id} in ${store.dir}: ${plan.networks.size} networks, engine ${engine.name}`);
  if (!keepsState(engine.arithmetic))
    say(warning(`the ${engine.name} engine keeps no state of a training: one that is interrupted begins anew`));
  const { run, rows } = await train(study, { store, made, run: begun }, options);
  const paths = await writeResults({ store, run }, rows, options);
  await store.setRunStatus(run.id, "complete");
  await tell({ run, store, rows, paths }, options);
}

async function train(study: PreparedStudy, carried: Pick<Carried, "store" | "made" | "run">, options: RunOptions) {
  const display = createDisplay(createMeter(workOf(study.plan)), options);
  const { signal, release } = stopOnSignals(display, study.engine.arithmetic);
  try {
    return await carryOutStudy(study, { ...carried, engine: options.engine ?? "auto", events: display, stop: signal });
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
  if (!options.json) {
    const [results] = await tablesOf(store, run, rows);
    print([...(results ? [textTable(results)] : []), ...leftOutNote(run), files].join("\n\n"));
  } else {
    const { id, study, spec, task, plugins, leftOut } = run;
    const told = {
      run: id,
      store: store.dir,
      study,
      spec,
      task,
      ...(plugins && { plugins }),
      ...(leftOut && { leftOut }),
    };
    printJson({ ...told, rows, ...(await summaryOf(store, run, rows)) });
    if (!options.quiet) say(files);
  }
}
