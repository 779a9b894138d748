/** Carrying out a study on worker threads: progress, rows as they finish, and leaving without losing anything. */

import { TombolaError } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { vanishedLayers } from "../prune/census.ts";
import { createPool, type Pool } from "../runner/pool.ts";
import type { Run, Store } from "../store/store.ts";
import type { Runner, RunOptions, StepRequest } from "../study/execute.ts";
import { isPair, type PairRow, type StudyRow } from "../study/pair.ts";
import type { Row } from "../study/row.ts";
import type { StepName, TrainResult } from "../study/steps.ts";
import { runStudy, type StudySpec } from "../study/studies.ts";
import type { Display } from "./display.ts";
import { EXIT, warning } from "./output.ts";

/** What a study runs with. */
export interface Training {
  readonly spec: StudySpec;
  readonly run: Run;
  readonly store: Store;
  readonly datasets: readonly Dataset[];
  readonly engine: string;
  readonly workers: number;
  readonly display: Display;
}

/**
 * Runs the study of a run to its end, keeping `rows.json` up to date; resolves to the rows in order.
 * Ctrl-C makes it throw `interrupted` once the states are saved; so does any failure of a step, as itself.
 */
export async function trainStudy({
  spec,
  run,
  store,
  datasets,
  engine,
  workers,
  display,
}: Training): Promise<readonly StudyRow[]> {
  const pool = createPool({ store, storeDir: store.dir, datasets, engine, workers, events: display });
  const release = catchSignals(pool, display);
  const table = createTable(store, run.id);
  const results = createResults(store, display);
  const onRow = (row: StudyRow) => {
    table.add(row);
    results.tell(row);
  };
  try {
    const rows = await runStudy(spec, { runner: told(pool, display), datasets, events: { onRow } });
    await results.told();
    await table.finish(rows);
    return rows;
  } finally {
    // A failure of one step leaves others running: they save their states before the pool is closed.
    await pool.close();
    display.close();
    release();
  }
}

/** The first Ctrl-C saves and stops, the second quits at once. */
function catchSignals(pool: Pool, display: Display): () => void {
  let stopping = false;
  const stop = () => {
    if (stopping) {
      display.close();
      process.exit(EXIT.interrupted);
    }
    stopping = true;
    display.log("saving the state; Ctrl-C again quits at once");
    pool.stop();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return () => void process.off("SIGINT", stop).off("SIGTERM", stop);
}

/** Steps that take time, which a plan therefore knows. */
const PLANNED: ReadonlySet<StepName> = new Set(["train", "trunk", "interpolate"]);

/** A runner that tells the display of every network, and names the network where training fails. */
function told(pool: Pool, display: Display): Runner {
  async function run<K extends StepName>(request: StepRequest<K>, options: RunOptions = {}): Promise<string> {
    try {
      const key = await pool.run(request, options);
      if (PLANNED.has(request.step)) display.stored(key, options.label ?? "");
      return key;
    } catch (error) {
      if (!(error instanceof TombolaError) || error.code !== "diverged") throw error;
      throw new TombolaError(error.code, `${options.label}: ${error.message}`);
    }
  }
  return { store: pool.store, run };
}

/** Writes the rows that are finished, one write at a time, whenever there are new ones. */
function createTable(store: Store, id: string) {
  const rows: StudyRow[] = [];
  let writing: Promise<void> | null = null;
  const write = async () => {
    for (let written = 0; written < rows.length; ) {
      written = rows.length;
      await store.writeRows(id, rows);
    }
    writing = null;
  };
  return {
    add(row: StudyRow) {
      rows.push(row);
      // Whoever cannot write here cannot write the next network either, and that says so.
      writing ??= write().catch(() => {});
    },
    async finish(sorted: readonly StudyRow[]) {
      await writing;
      await store.writeRows(id, sorted);
    },
  };
}

/** Says what every network reached, once each, and which of its layers are gone. */
function createResults(store: Store, display: Display) {
  const seen = new Set<string>();
  const pending: Promise<void>[] = [];
  const warn = async (row: Row) => {
    const { result } = await store.readMeta(row.artifact);
    for (const sentence of vanishedLayers(result as unknown as TrainResult)) {
      display.log(warning(`${nameOf(row)}: ${sentence}`));
    }
  };
  return {
    tell(row: StudyRow) {
      if (seen.has(row.artifact)) return;
      seen.add(row.artifact);
      if (isPair(row)) return display.result(pairSentence(row));
      const { testAccuracy, density, seconds } = row;
      const reached = `${percent(testAccuracy)} % with ${percent(density)} % of the weights, ${seconds.toFixed(1)} s`;
      display.result(`${nameOf(row)}: ${reached}`);
      pending.push(warn(row).catch(() => {}));
    },
    told: () => Promise.all(pending),
  };
}

function pairSentence({ panel, arm, step, copies, replicate, density, instability }: PairRow): string {
  const name = `${panel === undefined ? "" : `${panel}: `}${arm} from iteration ${step}, copies ${copies.join(" and ")}, replicate ${replicate}`;
  return `${name}: LII ${percent(instability.testError)} % with ${percent(density)} % of the weights`;
}

function nameOf({ panel, arm, level, replicate }: Row): string {
  return `${panel === undefined ? "" : `${panel}: `}${arm} level ${level}, replicate ${replicate}`;
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(2);
}
