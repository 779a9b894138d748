/** A study from its specification to its results: what the command line does, and programs. */
import { availableParallelism } from "node:os";
import type { Dataset, DatasetDescription } from "../dataset/dataset.ts";
import { createEngine } from "../engine/choose.ts";
import type { HostEngine } from "../engine/engine.ts";
import { outputNames } from "../foreign/output-names.ts";
import { usedPlugins } from "../plugin/used.ts";
import type { Pool } from "../runner/pool.ts";
import type { Run, RunNames, RunTask, Store } from "../store/store.ts";
import type { StudyKind, StudyRow, StudySpec } from "../study/kind.ts";
import { constantsOf } from "./constants.ts";
import { checkPlan } from "./memory.ts";
import { planStudy, type StudyPlan } from "./plan.ts";
import { carryOutRun, type RunEvents } from "./run.ts";
import { counted, dataOf, pinned } from "./subjects.ts";
import { taskOfAll } from "./task.ts";

/** Where data sets come from. */
export interface Loader {
  describe(name: string): Promise<DatasetDescription>;
  load(name: string): Promise<Dataset>;
}

/** A study that may begin: its specification is complete, its data are loaded, and its steps are known. */
export interface PreparedStudy {
  readonly kind: StudyKind;
  readonly spec: StudySpec;
  readonly datasets: readonly Dataset[];
  readonly engine: HostEngine;
  readonly task: RunTask | undefined;
  readonly plan: StudyPlan;
  readonly workers: number;
}

/**
 * Completes what is asked for and checks it; throws `usage`, `data` or `engine` on what cannot be carried out.
 * @param machine the engine's name, default `auto`, and the workers, default one a core and at most one a network
 */
export async function prepareStudy(
  kind: StudyKind,
  asked: StudySpec,
  { loader, ...machine }: { loader: Loader; engine?: string | undefined; workers?: number | undefined },
): Promise<PreparedStudy> {
  const placed = await pinned(kind, asked, loader.describe);
  const engine = await createEngine(machine.engine ?? "auto");
  const datasets = await Promise.all(dataOf(kind, placed).map(loader.load));
  const spec = counted(kind, placed, datasets);
  const task = kind.manyTasks ? undefined : taskOfAll(datasets);
  const plan = planStudy(kind, spec, { datasets, arithmetic: engine.arithmetic });
  const workers = machine.workers ?? Math.max(1, Math.min(availableParallelism(), plan.networks.size));
  checkPlan(plan, datasets, workers);
  return { kind, spec, datasets, engine, task, plan, workers };
}

/** What a run is begun with. */
export interface RunSetup {
  readonly store: Store;
  /** What started it, in words that may start it again. */
  readonly command: string;
  /** Versions and machine, kept with artifacts. */
  readonly made: Readonly<Record<string, unknown>>;
}

/** Begins the run of a prepared study, or continues it. */
export function beginRun(study: PreparedStudy, { store, command, made }: RunSetup): Promise<Run> {
  const { kind, spec, datasets, engine, task, workers } = study;
  const plugins = usedPlugins(kind.name, spec, datasets);
  return store.createRun({
    study: kind.name,
    spec: { ...spec },
    ...(task && { task }),
    ...(plugins.length > 0 && { plugins }),
    normalised: constantsOf(datasets),
    outputNames: namesOf(datasets),
    command,
    environment: { ...made, engine: engine.name, threads: engine.threads, workers },
  });
}

function namesOf(datasets: readonly Dataset[]): RunNames[] {
  return datasets.flatMap((dataset) => {
    const names = outputNames(dataset);
    return names ? [{ data: dataset.name, names }] : [];
  });
}

/** How a run is carried out. */
export interface Carried extends Pick<RunSetup, "store" | "made"> {
  readonly run: Run;
  /** The engine's name as it was asked for. */
  readonly engine: string;
  readonly events: RunEvents;
  readonly stop?: AbortSignal | undefined;
  /** Whether steps run in this thread, one after the other. */
  readonly here?: boolean | undefined;
  /** Threads that other runs use too; default those of its own. */
  readonly pool?: Pool | undefined;
}

/** Carries a run out; resolves to its rows, and to the run as it then stands. It is `interrupted` where this throws. */
export async function carryOutStudy(
  study: PreparedStudy,
  carried: Carried,
): Promise<{ readonly run: Run; readonly rows: readonly StudyRow[] }> {
  const { kind, spec, datasets, engine, workers } = study;
  const { store, run, made, events, stop, here, pool } = carried;
  let left = 0;
  const leftOut = (label: string) => {
    left++;
    events.leftOut(label);
  };
  try {
    const rows = await carryOutRun({
      ...{ kind, spec, run, store, datasets, made, workers, engine: carried.engine, arithmetic: engine.arithmetic },
      events: { ...events, leftOut },
      ...(stop && { stop }),
      ...(here && { here: engine }),
      ...(pool && { pool }),
    });
    return { run: left > 0 ? await store.setRunStatus(run.id, "running", left) : run, rows };
  } catch (error) {
    // What failed first is what the user must read, even where the status cannot be written either.
    await store.setRunStatus(run.id, "interrupted").catch(() => {});
    throw error;
  }
}
