/** Carrying a run out, on worker threads or here: rows in the store as they finish, and leaving without losing anything. */

import type { Dataset } from "../dataset/dataset.ts";
import type { HostEngine } from "../engine/engine.ts";
import { createHere } from "../runner/here.ts";
import { createPool, type Pool, type PoolEvents } from "../runner/pool.ts";
import type { Run, Store } from "../store/store.ts";
import type { StudyKind, StudyRow, StudySpec } from "../study/kind.ts";
import { carryOut } from "./carry-out.ts";
import { measureOf } from "./task.ts";

/** What is told while a run goes on. */
export interface RunEvents extends PoolEvents {
  /** A network is in the store. */
  stored(key: string, label: string): void;
  /** A row's result in words, once for every artifact. */
  result(text: string): void;
  /** A step is left out, since what it takes in diverged. */
  leftOut(label: string): void;
  /** A step diverged that makes no row. */
  diverged(message: string): void;
  /** What a result warns of. */
  warn(text: string): void;
}

/** What a run needs. */
export interface RunOptions {
  readonly kind: StudyKind;
  readonly spec: StudySpec;
  readonly run: Run;
  readonly store: Store;
  readonly datasets: readonly Dataset[];
  readonly engine: string;
  readonly arithmetic: string;
  /** What artifacts are made with. */
  readonly made?: Readonly<Record<string, unknown>>;
  readonly workers: number;
  /** Where given, steps run on this engine in this thread; else on worker threads. */
  readonly here?: HostEngine;
  /** Where given, steps run on this pool, which others use too and which is not closed here. */
  readonly pool?: Pool;
  readonly events: RunEvents;
  /** Saves the states of what runs and stops. */
  readonly stop?: AbortSignal;
}

/**
 * Runs the study of a run to its end, keeping its rows and keys in the store up to date; resolves to the rows in order.
 * Throws `interrupted` once the states are saved where it was told to stop; so does any failure of a step, as itself.
 */
export async function carryOutRun(options: RunOptions): Promise<readonly StudyRow[]> {
  const { kind, spec, run, store, datasets, engine, arithmetic, made, workers, events, stop } = options;
  const own = () =>
    options.here
      ? createHere({ store, engine: options.here, datasets, made }, events)
      : createPool({ store, storeDir: store.dir, datasets, engine, arithmetic, made, workers, events });
  const pool = options.pool ?? own();
  const onStop = () => pool.stop();
  stop?.addEventListener("abort", onStop);
  const table = createWriter<StudyRow>((rows) => store.writeRows(run.id, rows));
  const keys = createAppender(store, run.id);
  const results = createResults(options);
  const row = (each: StudyRow) => {
    table.add(each);
    results.tell(each);
  };
  try {
    const told = { asked: keys.add, stored: events.stored, leftOut: events.leftOut, diverged: events.diverged, row };
    const rows = await carryOut({ kind, spec, datasets, runner: pool, events: told });
    await Promise.all([results.told(), table.written()]);
    await store.writeRows(run.id, rows);
    return rows;
  } finally {
    // A failure of one step leaves others running: they save their states before the pool is closed.
    if (!options.pool) await pool.close();
    await keys.written();
    stop?.removeEventListener("abort", onStop);
  }
}

/** Writes all that was added, one write at a time, whenever there is more. */
function createWriter<T>(write: (all: readonly T[]) => Promise<void>) {
  const all: T[] = [];
  let writing: Promise<void> | null = null;
  const writeAll = async () => {
    for (let written = 0; written < all.length; ) {
      written = all.length;
      await write(all);
    }
    writing = null;
  };
  return {
    add(item: T) {
      all.push(item);
      // Whoever cannot write here cannot write the next network either, and that says so.
      writing ??= writeAll().catch(() => {});
    },
    async written() {
      await writing;
    },
  };
}

/** Appends keys to the run, many at a time. */
function createAppender(store: Store, id: string) {
  let appended = 0;
  return createWriter<string>(async (keys) => {
    const more = keys.slice(appended);
    appended = keys.length;
    await store.appendKeys(id, more);
  });
}

/** Says what every artifact's row reached, once each, and what it warns of. */
function createResults({ kind, run, store, events }: RunOptions) {
  const measure = measureOf(run);
  const seen = new Set<string>();
  const pending: Promise<void>[] = [];
  const warn = async (row: StudyRow) => {
    for (const sentence of (await kind.warnings?.(row, store)) ?? []) events.warn(sentence);
  };
  return {
    tell(row: StudyRow) {
      if (seen.has(row.artifact)) return;
      seen.add(row.artifact);
      events.result(kind.say(row, measure));
      pending.push(warn(row).catch(() => {}));
    },
    told: () => Promise.all(pending),
  };
}
