/** `tombola run STUDY --sweep`: the product of some options, every run as it would be alone. */

import { availableParallelism } from "node:os";
import { createMeter } from "../../app/meter.ts";
import { changeNote } from "../../app/notes.ts";
import { workOf } from "../../app/plan.ts";
import { type Reached, reachedOf } from "../../app/reached.ts";
import { writeResults } from "../../app/results.ts";
import { leftOutNote } from "../../app/runs.ts";
import { beginRun, type Loader, type PreparedStudy, prepareStudy } from "../../app/study.ts";
import { carryOutSweep, joinedPlan, type SweepOutcome, type SweepRun } from "../../app/sweep.ts";
import { fail, TombolaError } from "../../base/errors.ts";
import { hashJson } from "../../base/hash.ts";
import { keepGiven } from "../../step/given.ts";
import type { Run, Store, Sweep } from "../../store/store.ts";
import type { StudyKind } from "../../study/kind.ts";
import { createLoader } from "../talk/download-talk.ts";
import { commandLine, environment } from "../talk/environment.ts";
import { writableStore } from "../talk/folder.ts";
import { EXIT, oneLine, print, printJson, say, warning } from "../talk/output.ts";
import { short, table } from "../talk/table.ts";
import { createDisplay } from "./display.ts";
import { dryRun } from "./dry-run.ts";
import { openLog } from "./log.ts";
import type { RunOptions } from "./run.ts";
import { stopOnSignals } from "./signals.ts";
import { withWeights } from "./start.ts";
import type { AskedOptions } from "./study-options.ts";
import { type Cell, sweepOf } from "./sweep-options.ts";

/** A cell that may begin. */
interface PreparedCell extends Cell {
  readonly study: PreparedStudy;
  readonly trained: Awaited<ReturnType<typeof withWeights>>["trained"];
}

/** Runs a sweep; the command fails in the end where one of its runs did. */
export async function runSweep(kind: StudyKind, words: AskedOptions, options: RunOptions): Promise<void> {
  const { swept, cells } = sweepOf(options.sweep!, kind.options, words.given);
  const workers = options.workers ?? availableParallelism();
  const prepared = await prepareAll(kind, { words, cells }, { ...options, workers });
  const plan = joinedPlan(prepared);
  const { engine } = prepared[0]!.study;
  if (options.dryRun) {
    const datasets = [
      ...new Map(prepared.flatMap(({ study }) => study.datasets.map((each) => [each.name, each]))).values(),
    ];
    return dryRun(plan, options, { datasets, engine, workers });
  }
  const store = await writableStore(options);
  const log = options.log === undefined ? undefined : await openLog(options.log, store);
  const runs = await beginAll(store, prepared, options);
  const listed = runs.map(({ run }, i) => ({ options: prepared[i]!.options, run: run.id }));
  const sweep = await store.createSweep({ study: kind.name, swept, cells: listed });
  if (!options.quiet)
    say(`${sweep.id} in ${store.dir}: ${runs.length} runs, ${plan.networks.size} networks, engine ${engine.name}`);
  const display = createDisplay(createMeter(workOf(plan)), options);
  const { signal, release } = stopOnSignals(display, { arithmetic: engine.arithmetic, ...options });
  const events = log ? log.listen(display) : display;
  const paths = new Map<string, readonly string[]>();
  const carried = { store, made: environment(), engine: options.engine ?? "auto", events, stop: signal, workers };
  try {
    const outcomes = await carryOutSweep(runs, {
      ...carried,
      async finished(_, run, rows) {
        paths.set(run.id, await writeResults({ store, run }, rows, options));
        await store.setRunStatus(run.id, "complete");
      },
    });
    await log?.close();
    display.close();
    await tell({ store, sweep, outcomes, paths }, options);
  } finally {
    display.close();
    release();
  }
}

/** Every cell with its plan; what one of them is refused for is told with its options, before any begins. */
async function prepareAll(
  kind: StudyKind,
  { words, cells }: { words: AskedOptions; cells: readonly Cell[] },
  options: RunOptions,
): Promise<PreparedCell[]> {
  const loader = sharing(createLoader(options));
  const prepared: PreparedCell[] = [];
  const known = new Map<string, string>();
  for (const cell of cells) {
    const given = { ...words.given, ...cell.options };
    try {
      const { asked, trained } = await withWeights(kind, { ...words, given }, { ...options, ...loader });
      const study = await prepareStudy(kind, asked, { loader, ...options });
      prepared.push({ ...cell, study, trained });
    } catch (error) {
      if (!(error instanceof TombolaError)) throw error;
      const { code, message, where, fields } = error;
      if (code === "usage" && cells.length > 1) say(`of the run with ${oneLine(cell.label)}:`);
      throw new TombolaError(code, message, { where, fields });
    }
    const hash = hashJson(prepared.at(-1)!.study.spec);
    const twin = known.get(hash);
    if (twin !== undefined)
      fail("usage", "sweep", {
        rule: `must not ask for one run twice, and ${twin} is the same`,
        got: cell.label,
        remedy: "Leave one of the values out",
      });
    known.set(hash, cell.label);
  }
  return prepared;
}

/** Data sets that several cells name are read once. */
function sharing({ describe, load }: Loader): Loader {
  const loaded = new Map<string, ReturnType<Loader["load"]>>();
  return {
    describe,
    load(name) {
      const found = loaded.get(name) ?? load(name);
      loaded.set(name, found);
      return found;
    },
  };
}

async function beginAll(store: Store, cells: readonly PreparedCell[], options: RunOptions): Promise<SweepRun[]> {
  const made = environment();
  const runs: SweepRun[] = [];
  for (const { study, trained, label } of cells) {
    if (trained) await keepGiven(store, trained.network, { ...trained, made });
    const run = await beginRun(study, { store, command: commandLine(), made });
    await changeNote(store, run.id, options);
    runs.push({ label, study, run });
  }
  return runs;
}

interface Told {
  readonly store: Store;
  readonly sweep: Sweep;
  readonly outcomes: readonly SweepOutcome[];
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

async function tell({ store, sweep, outcomes, paths }: Told, options: RunOptions): Promise<void> {
  const failed = outcomes.filter((outcome) => "error" in outcome);
  const interrupted = failed.find(({ error }) => error instanceof TombolaError && error.code === "interrupted");
  if (interrupted) throw interrupted.error;
  for (const { cell, error } of failed) {
    const message = error instanceof TombolaError ? error.message : String((error as Error).stack ?? error);
    say(warning(`${cell.label} failed, in ${cell.run.id}: ${message}`));
  }
  if (failed.length > 0) process.exitCode = EXIT.failed;
  const reached = await Promise.all(outcomes.map(({ cell }) => reachedOf(store, cell.run)));
  if (options.json) {
    const runs = outcomes.map((outcome, i) => ({
      ...{ run: outcome.cell.run.id, options: sweep.cells[i]!.options, reached: reached[i]! },
      ...("error" in outcome ? { error: String((outcome.error as Error).message) } : { rows: outcome.rows }),
    }));
    printJson({ sweep: sweep.id, store: store.dir, study: sweep.study, swept: sweep.swept, runs });
    return;
  }
  const header = ["run", "options", "best", "last", "report"];
  const cells = outcomes.map((outcome, i) => {
    const { run, label } = outcome.cell;
    const report = "error" in outcome ? "failed" : (paths.get(run.id)?.[0] ?? "-");
    return [run.id, label, atText(reached[i]!, "best"), atText(reached[i]!, "last"), report];
  });
  const notes = outcomes.flatMap((outcome) => ("error" in outcome ? [] : noteOf(outcome.cell.label, outcome.run)));
  const next = `${sweep.id}: tombola compare ${sweep.id} sets its runs beside one another, tombola rows ${sweep.id} writes their rows`;
  print([table(header, cells), ...notes, next].join("\n\n"));
}

const noteOf = (label: string, run: Run) => leftOutNote(run).map((note) => `${label}: ${note}`);

function atText(reached: Reached | null, which: "best" | "last"): string {
  if (!reached) return "-";
  const { mean, at } = reached[which];
  return `${short(mean)} at ${reached.axis} ${at}`;
}
