/** What a store holds that no run asks for: found by walking from the keys of all runs to the root, and removed. */

import { stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fail } from "../base/errors.ts";
import { listNames, readTextIfThere, remove } from "./files.ts";
import { isKey, readLines } from "./keys.ts";
import { liveHolders } from "./leases.ts";
import type { Store } from "./store.ts";

/** A file of a store that belongs to a key. */
interface KeyFile {
  readonly key: string;
  readonly path: string;
  readonly bytes: number;
  readonly kind: "artifact" | "curve" | "partial";
}

/** What is kept of no run. */
export interface Garbage {
  /** Artifacts, learning curves and states, an artifact before its curve. */
  readonly files: readonly KeyFile[];
  readonly bytes: number;
}

/**
 * Finds what no run asks for. Kept is every key of every run with its inputs to the root, and the states of steps that
 * unfinished runs ask for.
 * @throws `store` where a process works on the store, or a list of keys or an artifact that is kept is damaged: what it
 *   names would be lost
 */
export async function findGarbage(store: Store): Promise<Garbage> {
  await refuseAtWork(store);
  const { asked, unfinished } = await askedKeys(store);
  const kept = await withInputs(store, asked);
  const isKept = ({ key, kind }: KeyFile) => (kind === "partial" ? unfinished.has(key) : kept.has(key));
  const files = (await keyFiles(store)).filter((file) => !isKept(file));
  return { files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Removes what was found, if it still is what no run asks for; resolves to what was removed. */
export async function removeGarbage(store: Store, found: Garbage): Promise<Garbage> {
  const paths = new Set(found.files.map(({ path }) => path));
  const files = (await findGarbage(store)).files.filter(({ path }) => paths.has(path));
  // An artifact goes before its curve, which may be without it.
  for (const { path } of files) await remove(path);
  return { files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Bytes of the artifacts, curves and states of every key. */
export async function bytesByKey(store: Pick<Store, "dir">): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const { key, bytes } of await keyFiles(store)) sums.set(key, (sums.get(key) ?? 0) + bytes);
  return sums;
}

async function refuseAtWork(store: Store): Promise<void> {
  const running = (await store.listRuns()).filter(({ status }) => status === "running");
  const [holder] = await liveHolders(store.dir);
  const here = running.find((run) => run.sessions.some(({ host }) => host === hostname()));
  const got = holder ?? here?.id;
  if (got === undefined) return;
  const rule = "no process may work on the store meanwhile";
  fail("store", store.dir, { rule, got, remedy: "Wait for its end, or stop it with Ctrl-C: its state is saved" });
}

async function askedKeys(store: Store): Promise<{ asked: Set<string>; unfinished: Set<string> }> {
  const asked = new Set<string>();
  const unfinished = new Set<string>();
  const complete = new Set((await store.listRuns()).flatMap(({ id, status }) => (status === "complete" ? [id] : [])));
  // By their folders: a run whose own file is damaged is in no list, and its keys are kept.
  for (const id of await listNames(join(store.dir, "runs"))) {
    const path = join(store.dir, "runs", id, "keys");
    const { keys, damaged } = readLines(id, (await readTextIfThere(path)) ?? "");
    if (damaged.length > 0) {
      const remedy = "Run the command of the run again, which notes them anew, or remove the run";
      fail("store", path, { rule: `${damaged.length} lines are no keys, and what they kept would be lost`, remedy });
    }
    const ofRows = (await store.readRows(id)).map(({ artifact }) => String(artifact)).filter(isKey);
    for (const key of [...keys, ...ofRows]) {
      asked.add(key);
      if (!complete.has(id)) unfinished.add(key);
    }
  }
  return { asked, unfinished };
}

/** Keys with those of all that went into them. */
async function withInputs(store: Store, asked: ReadonlySet<string>): Promise<Set<string>> {
  const kept = new Set(asked);
  // A set is walked in the order of adding, and what is added on the way is walked too.
  for (const key of kept)
    if (await store.has(key)) for (const input of Object.values((await store.readMeta(key)).inputs)) kept.add(input);
  return kept;
}

const KINDS = [
  ["artifact", "artifacts", /^([0-9a-f]{64})\.safetensors$/],
  ["curve", "metrics", /^([0-9a-f]{64})\.jsonl?$/],
] as const;

async function keyFiles({ dir }: Pick<Store, "dir">): Promise<KeyFile[]> {
  const files: KeyFile[] = [];
  const add = async (kind: KeyFile["kind"], key: string | undefined, path: string) => {
    const found = key === undefined ? null : await stat(path).catch(() => null);
    if (found?.isFile()) files.push({ kind, key: key!, path, bytes: found.size });
  };
  for (const [kind, folder, pattern] of KINDS)
    for (const part of await listNames(join(dir, folder)))
      for (const name of await listNames(join(dir, folder, part)))
        await add(kind, pattern.exec(name)?.[1], join(dir, folder, part, name));
  for (const name of (await listNames(join(dir, "partial"))).filter(isKey))
    await add("partial", name, join(dir, "partial", name));
  return files;
}
