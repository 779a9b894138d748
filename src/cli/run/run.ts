/** `tombola run STUDY`: from options to rows, figures and a report. A command for each study, and for short presets. */

import type { Command } from "commander";
import { createMeter } from "../../app/meter.ts";
import { changeNote, checkNote, type NoteChanges } from "../../app/notes.ts";
import { workOf } from "../../app/plan.ts";
import { writeResults } from "../../app/results.ts";
import { leftOutNote, remarksOf, summaryOf, tablesOf } from "../../app/runs.ts";
import { beginRun, type Carried, carryOutStudy, type PreparedStudy, prepareStudy } from "../../app/study.ts";
import { DEFAULT_BAND } from "../../figure/band.ts";
import { keepGiven } from "../../step/given.ts";
import { keepsState } from "../../step/interrupted.ts";
import type { Run, Store } from "../../store/store.ts";
import type { Preset, StudyKind, StudyRow } from "../../study/kind.ts";
import { text } from "../../study/option.ts";
import { studyKinds } from "../../study/registry.ts";
import { addNoteOptions } from "../results/note.ts";
import { createLoader } from "../talk/download-talk.ts";
import { commandLine, environment } from "../talk/environment.ts";
import { writableStore } from "../talk/folder.ts";
import { addBand, addOption, addShared, type BandOptions, type SharedOptions } from "../talk/options.ts";
import { print, printJson, say, warning } from "../talk/output.ts";
import { addRepeated } from "../talk/repeated.ts";
import { textTable } from "../talk/table.ts";
import { ALL, configureStudyHelp } from "./brief-help.ts";
import { createDisplay } from "./display.ts";
import { dryRun } from "./dry-run.ts";
import { presetHelp, studyHelp } from "./help.ts";
import { type LossLog, openLog } from "./log.ts";
import { stopOnSignals } from "./signals.ts";
import { overFile } from "./spec-file.ts";
import { withWeights } from "./start.ts";
import { readDuration } from "./stop-after.ts";
import { type AskedOptions, addStudyOptions, askedOptions } from "./study-options.ts";
import { runSweep } from "./sweep.ts";

/** Options of the verb itself. */
export interface RunOptions extends SharedOptions, BandOptions, NoteChanges {
  readonly dryRun?: boolean;
  readonly sweep?: readonly string[];
  readonly spec?: string;
  readonly log?: string;
  readonly stopAfter?: number;
}

/** Adds the verb. */
export function addRun(program: Command): void {
  const run = program
    .command("run")
    .description("train, prune and compare: everything a study needs, continued where it stopped");
  for (const kind of studyKinds()) {
    addStudy(run, kind, kind).addHelpText("after", () => studyHelp(kind, isAll()));
  }
  for (const kind of studyKinds())
    for (const preset of kind.presets.filter(({ short }) => short)) addStudy(run, kind, preset, preset);
  run.addHelpText("after", presetHelp(studyKinds()));
}

/** Whether the command line asks for the whole help. */
const isAll = () => process.argv.includes(ALL);

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
  addRepeated(
    command,
    "--sweep <name=values>",
    "a run for each value of an option, such as lr=0.01,0.1 (repeatable: all combinations)",
  );
  if (!preset)
    addOption(
      command,
      "--spec <file>",
      "a specification, such as figures/spec.json of a run; options beside it win",
      text,
    );
  addNoteOptions(command);
  addOption(command, "--log <file>", "append losses to a file, as JSON lines, while networks train", text);
  addOption(command, "--stop-after <time>", "save and stop, as Ctrl-C does, after a time such as 2h50m", readDuration);
  configureStudyHelp(command, kind, { isAll, rest: preset ? "" : studyHelp(kind, false) });
  return command.action((options: RunOptions) => runAsked(kind, askedOptions(command, kind, preset), options));
}

async function runAsked(kind: StudyKind, words: AskedOptions, options: RunOptions): Promise<void> {
  checkNote(options);
  const asking = options.spec === undefined ? kind : await overFile(kind, options.spec, words.named);
  await (options.sweep ? runSweep(asking, words, options) : runStudy(asking, words, options));
}

async function runStudy(kind: StudyKind, words: AskedOptions, options: RunOptions): Promise<void> {
  const loader = createLoader(options);
  const { asked, trained } = await withWeights(kind, words, { ...options, ...loader });
  const study = await prepareStudy(kind, asked, { loader, ...options });
  const { plan, engine, datasets, workers } = study;
  if (options.dryRun) return dryRun(plan, options, { datasets, engine, workers });
  const store = await writableStore(options);
  const log = options.log === undefined ? undefined : await openLog(options.log, store);
  const made = environment();
  if (trained) await keepGiven(store, trained.network, { ...trained, made });
  const begun = await beginRun(study, { store, command: commandLine(), made });
  await changeNote(store, begun.id, options);
  if (!options.quiet) say(`run ${begun.id} in ${store.dir}: ${plan.networks.size} networks, engine ${engine.name}`);
  if (!keepsState(engine.arithmetic))
    say(warning(`the ${engine.name} engine keeps no state of a training: one that is interrupted begins anew`));
  const { run, rows } = await train(study, { store, made, run: begun, log }, options);
  const paths = await writeResults({ store, run }, rows, options);
  await store.setRunStatus(run.id, "complete");
  await tell({ run, store, rows, paths }, options);
}

async function train(
  study: PreparedStudy,
  { log, ...carried }: Pick<Carried, "store" | "made" | "run"> & { readonly log: LossLog | undefined },
  options: RunOptions,
) {
  const display = createDisplay(createMeter(workOf(study.plan)), options);
  const { signal, release } = stopOnSignals(display, { arithmetic: study.engine.arithmetic, ...options });
  const events = log ? log.listen(display) : display;
  try {
    return await carryOutStudy(study, { ...carried, engine: options.engine ?? "auto", events, stop: signal });
  } finally {
    await log?.close();
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
    const remarks = [...(await remarksOf(store, run, rows)), ...leftOutNote(run)];
    print([...(results ? [textTable(results)] : []), ...remarks, files].join("\n\n"));
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
