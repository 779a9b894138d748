/** Opens a store: a folder marked by `store.json`, made where there is nothing, refused where there is something else. */

import { join, resolve } from "node:path";
import { z } from "zod";
import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { hashJson } from "../base/hash.ts";
import { artifactStore, removeFinishedPartials } from "./artifacts.ts";
import { listNames, readTextIfThere, removeLeftovers, writeAtomic } from "./files.ts";
import { fromJson } from "./json.ts";
import { leaseStore, removeDeadLeases } from "./leases.ts";
import { type Reader, version2 } from "./reader.ts";
import { runStore } from "./runs.ts";
import type { Store } from "./store.ts";
import { sweepStore } from "./sweeps.ts";
import { version1 } from "./version1.ts";

const MARK = "store.json";
const FORMAT = "tombola-store";
/** Of the stores that are written. */
export const STORE_VERSION = 2;
const HEADER = z.object({
  format: z.literal(FORMAT),
  version: z.number().int().min(1),
  /** Absent in version 1. */
  sha256: z.string().optional(),
});

/** What opening a store may be told. */
export interface OpenOptions {
  /** Only read a store that is there: nothing is made, cleared or written; the one way to open an older version. Default false. */
  readonly readOnly?: boolean;
  /** Told in a sentence what was left out; by default nobody is. */
  onNote?(note: string): void;
  /** What errors call another place for the store; a command names its option here. By default `another folder`. */
  readonly elsewhere?: string;
}

/**
 * Opens the store in a folder, making it if that is missing or empty, and clears what dead processes left; see `readOnly`.
 * Throws `store`, with nothing touched, for a folder of other things, a version that cannot be read or written, or one out
 * of reach.
 */
export async function openStore(folder: string, options: OpenOptions = {}): Promise<Store> {
  const { readOnly = false, onNote = () => {}, elsewhere = "another folder" } = options;
  requireFields("openStore", { folder }, ["folder"]);
  const dir = resolve(folder);
  const names = await listNames(dir);
  const isNew = names.length === 0 && !readOnly;
  if (!isNew && !names.includes(MARK)) refuse(dir, { names, readOnly, elsewhere });
  const version = isNew ? STORE_VERSION : await readMark(join(dir, MARK), elsewhere);
  if (version < STORE_VERSION && !readOnly) {
    const rule = `a store to write to must be of version ${STORE_VERSION}, an older one can only be read`;
    fail("store", dir, { rule, got: version, remedy: `Choose ${elsewhere}; what this one holds can still be shown` });
  }
  if (isNew) await writeAtomic(join(dir, MARK), `${JSON.stringify(markOf(STORE_VERSION))}\n`);
  const reader: Reader = version === 1 ? version1 : version2;
  const store = {
    dir,
    version,
    ...artifactStore(dir, reader, onNote),
    ...leaseStore(dir),
    ...runStore(dir, reader, onNote),
    ...sweepStore(dir, onNote),
  };
  if (readOnly) return onlyRead(store);
  await removeLeftovers(dir);
  // What cannot be removed now is removed another time; what writes says itself that it cannot.
  await removeFinishedPartials(store, dir).catch(() => {});
  await removeDeadLeases(dir).catch(() => {});
  return store;
}

/** The mark of a version, with a checksum: one taken for another would be read wrongly. */
function markOf(version: number) {
  const mark = { format: FORMAT, version };
  return { ...mark, sha256: hashJson(mark) };
}

/** The version that a store's mark tells. */
async function readMark(path: string, elsewhere: string): Promise<number> {
  const remedy = `Restore the file, or choose ${elsewhere}`;
  const { success, data } = HEADER.safeParse(fromJson((await readTextIfThere(path)) ?? "null", path, remedy));
  if (!success) return fail("store", path, { rule: `must hold {"format":"${FORMAT}","version":N}`, remedy });
  const { version, sha256 } = data;
  if (version > STORE_VERSION) {
    const remedy = `Install a newer tombola-lab, or choose ${elsewhere}`;
    fail("store", path, { rule: `this tombola knows store versions to ${STORE_VERSION}`, got: version, remedy });
  }
  if (sha256 !== undefined && sha256 !== markOf(version).sha256)
    fail("store", path, { rule: "must match its checksum", got: `version ${version}`, remedy });
  return version;
}

function refuse(
  dir: string,
  { names, readOnly, elsewhere }: { names: readonly string[]; readOnly: boolean; elsewhere: string },
): never {
  if (readOnly) fail("store", dir, { rule: "no store is here", remedy: `Choose ${elsewhere}` });
  const got = names.slice(0, 3).join(", ") + (names.length > 3 ? ", ..." : "");
  fail("store", dir, { rule: "a store needs an empty folder", got, remedy: `Choose ${elsewhere}` });
}

/** The store without its ways to write. */
function onlyRead(store: Store): Store {
  const refuse = async () => fail("store", store.dir, { rule: "the store was opened for reading only" });
  const artifacts = { write: refuse, writePartial: refuse, removePartial: refuse, lease: refuse };
  const runs = { createRun: refuse, setRunStatus: refuse, writeRows: refuse, appendKeys: refuse, writeNote: refuse };
  return { ...store, ...artifacts, ...runs, removeRun: refuse, createSweep: refuse, removeSweep: refuse };
}
