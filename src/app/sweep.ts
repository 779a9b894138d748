/** The runs of a sweep as one plan: side by side on the same threads, where what several ask for is trained once. */

import { createPool, type Pool } from "../runner/pool.ts";
import type { Run } from "../store/store.ts";
import type { StudyRow } from "../study/kind.ts";
import type { PlannedNetwork, StudyPlan } from "./plan.ts";
import type { RunEvents } from "./run.ts";
import { type Carried, carryOutStudy, type PreparedStudy } from "./study.ts";

/** A run of a sweep. */
export interface SweepRun {
  /** What it is called in progress displays: the options in which it differs. */
  readonly label: string;
  readonly study: PreparedStudy;
  readonly run: Run;
}

/** What came of it. */
export type SweepOutcome =
  | { readonly cell: SweepRun; readonly run: Run; readonly rows: readonly StudyRow[] }
  | { readonly cell: SweepRun; readonly error: unknown };

/** How a sweep is carried out. */
export interface SweepOptions extends Omit<Carried, "run" | "here" | "pool"> {
  readonly workers: number;
  /** Called when a run has come to its end, before the others have; default nothing. */
  finished?(cell: SweepRun, run: Run, rows: readonly StudyRow[]): Promise<void>;
}

/** The plans of a sweep's runs in one, whose networks are called with their run's label. */
export function joinedPlan(cells: readonly Pick<SweepRun, "label" | "study">[]): StudyPlan {
  const networks = new Map<string, PlannedNetwork>();
  // A network of several runs is called as in the first.
  for (const { label, study } of cells)
    for (const [key, network] of study.plan.networks)
      if (!networks.has(key)) networks.set(key, { ...network, label: within(label, network.label) });
  return {
    networks,
    keys: new Set(cells.flatMap(({ study }) => [...study.plan.keys])),
    atMost: cells.some(({ study }) => study.plan.atMost),
  };
}

/** Carries the runs of a sweep out; one that fails leaves the others as they are. Resolves to what came of each, in order. */
export async function carryOutSweep(cells: readonly SweepRun[], options: SweepOptions): Promise<SweepOutcome[]> {
  const { workers, finished, ...carried } = options;
  const { store, made, engine, events, stop } = carried;
  const datasets = [...new Map(cells.flatMap(({ study }) => study.datasets.map((each) => [each.name, each]))).values()];
  const { arithmetic } = cells[0]!.study.engine;
  const pool = createPool({ store, storeDir: store.dir, datasets, engine, arithmetic, made, workers, events });
  const onStop = () => pool.stop();
  stop?.addEventListener("abort", onStop);
  const carryOut = async (cell: SweepRun): Promise<SweepOutcome> => {
    try {
      const { label, study, run } = cell;
      const done = await carryOutStudy(study, { ...carried, run, ...named(label, pool, events), stop: undefined });
      await finished?.(cell, done.run, done.rows);
      return { cell, ...done };
    } catch (error) {
      return { cell, error };
    }
  };
  try {
    return await Promise.all(cells.map(carryOut));
  } finally {
    await pool.close();
    stop?.removeEventListener("abort", onStop);
  }
}

/** What is told of a network, with the run that it is of. */
function within(label: string, network: string): string {
  return `${label}: ${network}`;
}

/** The pool and who is told, with the label of a run before all that they name. */
function named(label: string, pool: Pool, events: RunEvents): { readonly pool: Pool; readonly events: RunEvents } {
  const of = (text: string) => within(label, text);
  return {
    pool: {
      ...pool,
      run: (request, options = {}) => pool.run(request, { ...options, label: of(options.label ?? request.step) }),
    },
    events: {
      ...events,
      stored: (key, network) => events.stored(key, of(network)),
      result: (text) => events.result(of(text)),
      leftOut: (network) => events.leftOut(of(network)),
      diverged: (message) => events.diverged(of(message)),
      warn: (text) => events.warn(of(text)),
    },
  };
}
