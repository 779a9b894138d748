/**
 * Leases on steps, `leases/<key>`: of the processes that share a store, one at a time carries a step out. The file names
 * its holder and a count that the holder raises. A lease spares work and is never needed for the bits: steps are pure, so
 * two that carry one out at once write the same artifact.
 */

import { randomBytes } from "node:crypto";
import { open, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { codeOf, failOnFile, isAlive, listNames, makeFolder, readTextIfThere, remove } from "./files.ts";
import { checkKey, isKey } from "./keys.ts";
import type { ArtifactStore, Lease } from "./store.ts";

/** How leases are kept; milliseconds. */
export interface LeaseOptions {
  /** A clock that never goes back, of this process alone. By default `performance.now`. */
  now?(): number;
  /** Between two raises of the count; 5,000 by default. */
  readonly raiseEvery?: number;
  /** A lease whose count has not changed for so long, as this process has seen it, is taken over; 60,000 by default. */
  readonly staleAfter?: number;
}

/** `HOST PID RANDOM COUNT`; a host's name has no spaces. */
const HOLDER = /^(\S+) (\d+) [0-9a-f]{16} \d+\n$/;

/** A lease of another machine that was not raised for so long is of a process that has ended, whatever the clocks say. */
const FORGOTTEN_AFTER_MS = 3600_000;

/** The leases of the store in the folder `dir`. A folder that cannot be written to is a `store` error. */
export function leaseStore(dir: string, options: LeaseOptions = {}): Pick<ArtifactStore, "lease"> {
  const { now = () => performance.now(), staleAfter = 60_000 } = options;
  const seen = new Map<string, { readonly text: string; readonly since: number }>();
  /** Whether a lease that reads `text` has been left by its holder. */
  const isLeft = (name: string, text: string): boolean => {
    const before = seen.get(name);
    if (before?.text !== text) seen.set(name, { text, since: now() });
    else if (now() - before.since >= staleAfter) return true;
    return isOfDeadProcess(text);
  };
  return {
    async lease(key) {
      const path = pathOf(dir, key);
      const holder = `${hostname().replaceAll(/\s/g, "-")} ${process.pid} ${randomBytes(8).toString("hex")}`;
      try {
        await makeFolder(dirname(path));
        for (;;) {
          if (await create(path, textOf(holder, 0))) {
            seen.delete(key);
            return held(path, holder, options);
          }
          const text = await readTextIfThere(path);
          // It was given back meanwhile.
          if (text === null) continue;
          if (!isLeft(key, text)) return { heldBy: nameOf(text) };
          // Of those that find it left one at a time takes it away, for another could be there already.
          const guard = `${path}.guard`;
          if (await create(guard, textOf(holder, 0))) {
            if ((await readTextIfThere(path)) === text) await remove(path);
            await remove(guard);
            continue;
          }
          const taker = await readTextIfThere(guard);
          if (taker === null) continue;
          if (!isLeft(guard, taker)) return { heldBy: nameOf(taker) };
          await remove(guard);
        }
      } catch (error) {
        return failOnFile(path, error);
      }
    },
  };
}

/** Removes the leases of this machine's dead processes. */
export async function removeDeadLeases(dir: string): Promise<void> {
  for (const name of await listNames(join(dir, "leases"))) {
    const path = join(dir, "leases", name);
    const text = await readTextIfThere(path);
    if (text !== null && isOfDeadProcess(text)) await remove(path);
  }
}

/** Who holds leases that are not known to be left: of this machine's processes those that run, of others' whoever raised one within the hour. */
export async function liveHolders(dir: string, now = Date.now()): Promise<string[]> {
  const holders = new Set<string>();
  for (const name of (await listNames(join(dir, "leases"))).filter(isKey)) {
    const path = join(dir, "leases", name);
    const text = await readTextIfThere(path);
    if (text === null || isOfDeadProcess(text)) continue;
    const host = HOLDER.exec(text)?.[1];
    const age = await stat(path).then(
      ({ mtimeMs }) => now - mtimeMs,
      () => Infinity,
    );
    if (host === hostname().replaceAll(/\s/g, "-") || age < FORGOTTEN_AFTER_MS) holders.add(nameOf(text));
  }
  return [...holders];
}

/** A lease that is held: its count rises until it is given back, or found to be another's. */
function held(path: string, holder: string, { raiseEvery = 5000 }: LeaseOptions): Lease {
  let count = 0;
  const isOwn = async () => (await readTextIfThere(path))?.startsWith(`${holder} `) ?? false;
  const raise = async () => {
    // Where it was taken away, or the disk refuses, another process may repeat the step: that costs time alone.
    if (await isOwn()) await writeFile(path, textOf(holder, ++count), { flag: "r+" });
    else clearInterval(timer);
  };
  let turn = Promise.resolve();
  const timer = setInterval(() => {
    turn = turn.then(raise).catch(() => {});
  }, raiseEvery);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await turn;
      if (await isOwn().catch(() => false)) await remove(path);
    },
  };
}

function pathOf(dir: string, key: string): string {
  return join(dir, "leases", checkKey(key));
}

/** Of one length up to a count of ten digits, so that a raise replaces every byte of the one before. */
function textOf(holder: string, count: number): string {
  return `${holder} ${String(count).padStart(10, "0")}\n`;
}

/** Makes a file that must not be there; false where it is. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(text).finally(() => file.close());
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function isOfDeadProcess(text: string): boolean {
  const [, host, pid] = HOLDER.exec(text) ?? [];
  return host === hostname().replaceAll(/\s/g, "-") && !isAlive(Number(pid));
}

function nameOf(text: string): string {
  const [, host, pid] = HOLDER.exec(text) ?? [];
  return host === undefined ? "another process" : `process ${pid} on ${host}`;
}
