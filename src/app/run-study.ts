/** Studies for programs: what `tombola run` does, with values in place of names where one likes. */
import { availableParallelism, cpus } from "node:os";
import { fail } from "../base/errors.ts";
import { nearest } from "../base/suggest.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { sourceOf } from "../dataset/dataset.ts";
import { describeDataset, type LoadOptions, loadDataset } from "../dataset/load.ts";
import type { AbsentFigure, Figure } from "../figure/figure.ts";
import { loadPlugins } from "../plugin/load.ts";
import { namedModel } from "../plugin/load-bert.ts";
import { adopt, type StudyValues } from "../plugin/values.ts";
import { openStore } from "../store/open.ts";
import type { Run, Store } from "../store/store.ts";
import type { StudyKind, StudyRow, TextTable } from "../study/kind.ts";
import { findStudy, registerStudy, studyEntry, studyNamed } from "../study/registry.ts";
import { type DrawOptions, drawRun, reportOf, writeResults } from "./results.ts";
import type { RunEvents } from "./run.ts";
import { resultTable, withDetails } from "./runs.ts";
import { beginRun, carryOutStudy, type Loader, prepareStudy } from "./study.ts";

/** How and where a study runs. */
export interface RunStudyOptions extends StudyValues, Pick<LoadOptions, "dataDir" | "offline"> {
  /** Options under a name, which the others override; default none. */
  readonly preset?: string;
  /** Where results are kept: a folder, made where there is none, or an open store; default `tombola-store` here. */
  readonly store?: string | Store;
  /** `auto`, `native`, `native:ISA`, `wasm` or `reference`; default `auto`. */
  readonly engine?: string;
  /** Threads that train side by side; default one a core, and this thread alone where a value is a function. */
  readonly workers?: number;
  /** Plug-ins by their files' paths; what they bring is called by name, and reaches all threads. Default none. */
  readonly plugins?: readonly string[];
  /** Told as the study goes; default nothing is told. */
  readonly events?: Partial<RunEvents>;
  /** Saves the states of what runs and stops, with code `interrupted`; default never. */
  readonly stop?: AbortSignal;
  /** All options of the study, by the names that `tombola run STUDY --help` has, in camel case: `levels`, `trainSize`. */
  readonly [option: string]: unknown;
}

/** A study that ran to its end. */
export interface FinishedStudy<Row extends StudyRow = StudyRow> {
  readonly run: Run;
  readonly store: Store;
  /** In the study's order. */
  readonly rows: readonly Row[];
  /** The result table, as text. */
  table(): TextTable;
  /** Draws its figures; one that it cannot give is absent with the reason. */
  figures(options?: DrawOptions): Promise<readonly (Figure | AbsentFigure)[]>;
  /** The report as HTML, with all figures. */
  report(): Promise<string>;
  /** Writes figures, specification and report into the run's folder; resolves to the paths, the report first. */
  write(): Promise<readonly string[]>;
}

/** Members that are no options of a study. */
const OWN =
  "preset,store,engine,workers,plugins,events,stop,dataDir,offline,model,dataset,scores,schedule,optimizer,task".split(
    ",",
  );

/**
 * Runs a study to its end, or continues it where it stopped: the same options on the same store are the same run.
 * @param study a kind of study, or its name
 * @throws `usage` naming the field for an option that the study does not have or refuses, for a function without a name and
 *   a version, and for workers that would need to be given a function; `data`, `store`, `engine` as the parts do;
 *   `interrupted` where `stop` told it to
 */
export async function runStudy<Row extends StudyRow = StudyRow>(
  study: string | StudyKind,
  options: RunStudyOptions = {},
): Promise<FinishedStudy<Row>> {
  await loadPlugins(options.plugins ?? []);
  const kind = kindOf(study);
  const { model } = options;
  const { options: adopted, functions } = adopt(
    typeof model === "string" ? { ...options, model: await namedModel(model) } : options,
  );
  const own = typeof study === "string" || !isValue(kind) ? functions : [...functions, "study"];
  checkWorkers(options, own);
  const given = optionsOf(kind, { ...options, ...adopted });
  const spec = kind.specOf(given, options.preset);
  const machine = { engine: options.engine, workers: own.length > 0 ? 1 : options.workers };
  const prepared = await prepareStudy(kind, spec, { loader: loaderOf(options), ...machine });
  const { store: asked = "tombola-store", events = {}, stop } = options;
  const store = typeof asked === "string" ? await openStore(asked) : asked;
  const made = {
    node: process.versions.node,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
  };
  const begun = await beginRun(prepared, { store, made, command: process.argv.join(" ") });
  const here = own.length > 0;
  const carried = {
    store,
    made,
    run: begun,
    engine: options.engine ?? "auto",
    events: { ...SILENT, ...events },
    stop,
    here,
  };
  const { run, rows } = await carryOutStudy(prepared, carried);
  return finished(store, await store.setRunStatus(run.id, "complete"), rows as readonly Row[]);
}

/**
 * Iterative magnitude pruning, or by scores of one's own, with its controls: {@link runStudy} of `imp`.
 * @throws as {@link runStudy}
 */
export function runPruning(options: RunStudyOptions = {}): Promise<FinishedStudy> {
  return runStudy("imp", options);
}

function finished<Row extends StudyRow>(store: Store, run: Run, rows: readonly Row[]): FinishedStudy<Row> {
  const figures = (options?: DrawOptions) => drawRun(store, run, options);
  return {
    ...{ run, store, rows, figures },
    table: () => resultTable(run, rows),
    report: async () => reportOf(run, await withDetails(store, run.study, rows), await figures()),
    write: () => writeResults({ store, run }, rows),
  };
}

const nothing = () => {};
const SILENT: RunEvents = { stored: nothing, result: nothing, leftOut: nothing, diverged: nothing, warn: nothing };

function kindOf(study: string | StudyKind): StudyKind {
  if (typeof study === "string") return studyNamed(study);
  if (findStudy(study?.name) === study) return study;
  registerStudy(study);
  values.add(study.name);
  return study;
}

/** The kinds of study that programs gave as values: other threads do not have them. */
const values = new Set<string>();

function isValue({ name }: StudyKind): boolean {
  return values.has(name) && studyEntry(name)?.version === undefined;
}

function checkWorkers({ workers }: RunStudyOptions, functions: readonly string[]): void {
  if (functions.length === 0 || workers === undefined || workers === 1) return;
  const rule = `must be 1, since ${functions.join(", ")} cannot be given to another thread`;
  const remedy = "Bring it in a plug-in: write it into a file and name that in plugins";
  fail("usage", "workers", { rule, got: workers, remedy });
}

/** The options of the study alone; refuses what is none. */
function optionsOf({ name, options }: StudyKind, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = options.map((option) => option.name);
  const all = Object.entries(given).filter(([, value]) => value !== undefined);
  const [stranger] =
    all.find(([field]) => !known.includes(field) && (!OWN.includes(field) || isStudyValue(field))) ?? [];
  if (stranger !== undefined) {
    const meant = nearest(stranger, [...known, ...OWN]);
    const remedy = meant && meant !== stranger ? `Did you mean ${meant}?` : `It has ${known.join(", ")}`;
    fail("usage", stranger, { rule: `is no option of ${name}`, remedy });
  }
  return Object.fromEntries(all.filter(([field]) => known.includes(field)));
}

/** Members that stand for an option of their name. */
const isStudyValue = (field: string) => ["model", "scores", "schedule", "optimizer", "task"].includes(field);

/** Data sets by name; one that had to be read to be described is not read again. */
function loaderOf({ dataDir, offline, dataset }: RunStudyOptions): Loader {
  const where: LoadOptions = { ...(dataDir !== undefined && { dataDir }), ...(offline !== undefined && { offline }) };
  const read = new Map<string, Dataset>();
  if (typeof dataset === "object") read.set(sourceOf(dataset), dataset);
  return {
    async describe(name) {
      const description = await describeDataset(name, where);
      if ("train" in description)
        for (const known of [name, sourceOf(description)]) read.set(known, description as Dataset);
      return description;
    },
    load: async (name) => read.get(name) ?? loadDataset(name, where),
  };
}
