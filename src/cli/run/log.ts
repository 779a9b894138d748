/** `--log FILE`: losses of all trainings as JSON lines, written while they run. */

import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import type { RunEvents } from "../../app/run.ts";
import { fail } from "../../base/errors.ts";
import type { Progress } from "../../step/execute.ts";
import { failOnFile } from "../../store/files.ts";
import type { ArtifactStore } from "../../store/store.ts";
import type { CurvePoint } from "../../train/curve.ts";
import { outsideStores } from "../talk/folder.ts";
import { say, warning } from "../talk/output.ts";

/** Where losses are told. */
export interface LossLog {
  /** Listens to what a run tells, and hands it on. */
  listen<E extends Required<RunEvents>>(events: E): E;
  /** Waits for what is still to be told. */
  close(): Promise<void>;
}

/**
 * Opens a file to append to.
 * @throws `store` where that cannot be, `usage` for what is no file, and for one inside of a store
 */
export async function openLog(file: string, store: Pick<ArtifactStore, "readMetrics">): Promise<LossLog> {
  const path = resolve(file);
  if (!isDevice(path)) await outsideStores(file, "log");
  const open = openFile(path);
  const last = new Map<string, number>();
  const pending: Promise<void>[] = [];
  let isLost = false;
  const write = (record: object) => {
    if (isLost) return;
    try {
      writeSync(open, `${JSON.stringify({ time: new Date().toISOString(), ...record })}\n`);
    } catch (error) {
      isLost = true;
      say(warning(`${file}: losses are logged no further (${(error as Error).message}); the run goes on`));
    }
  };
  const tell = (network: string, key: string, points: readonly CurvePoint[]) => {
    for (const { step: iteration, ...scores } of points) {
      if (iteration <= (last.get(key) ?? -1)) continue;
      last.set(key, iteration);
      write({ network, artifact: key, iteration, ...scores });
    }
  };
  const progress = (network: string, { key, step, loss, points }: Progress) => {
    if (!last.has(key)) last.set(key, -1);
    tell(network, key, points);
    if (loss !== null) write({ network, artifact: key, iteration: step, trainLoss: loss });
  };
  /** What was scored at the end comes behind the last pause; what was stored before is not trained now. */
  const stored = (key: string, network: string) => {
    if (!last.has(key)) return;
    const told = store.readMetrics(key).then((points) => tell(network, key, points));
    pending.push(told.catch(() => {}));
  };
  return {
    listen: (events) => ({
      ...events,
      onProgress(label: string, made: Progress) {
        progress(label, made);
        events.onProgress(label, made);
      },
      stored(key: string, label: string) {
        stored(key, label);
        events.stored(key, label);
      },
    }),
    async close() {
      await Promise.all(pending);
      closeSync(open);
    },
  };
}

function isDevice(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return false;
  if (found.isCharacterDevice()) return true;
  const got = found.isDirectory() ? "a folder" : found.isFIFO() ? "a pipe" : "no regular file";
  return fail("usage", "log", { rule: "must be a file, or nothing yet", got, remedy: "Name another file" });
}

function openFile(path: string): number {
  try {
    return openSync(path, "a");
  } catch (error) {
    return failOnFile(path, error);
  }
}
