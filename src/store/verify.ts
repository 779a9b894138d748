/** Walking through a store: every file read whole and held against its checksum, its name and what it belongs to. */

import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { TombolaError } from "../base/errors.ts";
import { failOnFile, readIfThere, readTextIfThere } from "./files.ts";
import { decodeFrame } from "./frame.ts";
import { isKey, readLines } from "./keys.ts";
import { readSessions } from "./sessions.ts";
import { artifactKey, type Store } from "./store.ts";

/** What is wrong with a file of a store. */
export interface Damage {
  /** From the store's folder. */
  readonly file: string;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** What a walk through a store found. */
export interface Verified {
  /** Files that were read. */
  readonly files: number;
  readonly damage: readonly Damage[];
}

/** What a file's path in a store says it is; `[0]` of a match is the path, `[1]` its key or run. */
type Check = (store: Store, name: string, file: string) => Promise<unknown>;

const CHECKS: readonly (readonly [path: RegExp, check: Check])[] = [
  [/^artifacts\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\.safetensors$/, checkArtifact],
  [/^metrics\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\.jsonl?$/, checkCurve],
  [/^partial\/()([0-9a-f]{64})$/, checkPartial],
  [/^runs\/()([a-z0-9][a-z0-9-]*)\/run\.json$/, (store, id) => store.readRun(id)],
  [/^runs\/()([a-z0-9][a-z0-9-]*)\/rows\.json$/, checkRows],
  [/^runs\/()([a-z0-9][a-z0-9-]*)\/keys$/, checkKeys],
  [/^runs\/()([a-z0-9][a-z0-9-]*)\/sessions$/, checkSessions],
  [/^runs\/()([a-z0-9][a-z0-9-]*)\/note\.json$/, (store, id) => store.readNote(id)],
  [/^sweeps\/()(sweep-[0-9a-f]{10})\.json$/, (store, id) => store.readSweep(id)],
];
/** What Tombola writes there that holds no results: marks, leases, pictures and reports of runs, what a kill left. */
const FREE =
  /^(store\.json|leases\/.*|comparisons\/.*|runs\/[^/]+\/(?!run\.json|rows\.json|note\.json|keys$|sessions$).*|.*\.tmp(\/.*)?)$/;

/**
 * Reads every file of an open store. Nothing is changed; what is damaged, lies in another's place or does not belong into a
 * store is in the list, in the order of the files' names.
 */
export async function verifyStore(store: Store): Promise<Verified> {
  const damage: Damage[] = [];
  let files = 0;
  for (const [file, isFile] of await filesOf(store.dir)) {
    const found = CHECKS.map(([path, check]) => [path.exec(file), check] as const).find(([match]) => match);
    if (!found && FREE.test(file)) continue;
    files++;
    const message = !isFile
      ? "must be a regular file. Remove it"
      : found
        ? await messageOf(() => found[1](store, found[0]![2]!, join(store.dir, file)))
        : "no file of a store has this name. Move it elsewhere";
    if (message !== null) damage.push({ file, message });
  }
  return { files, damage };
}

/** Names below a folder, and whether they are regular files: a link, a device or a pipe is not read. */
async function filesOf(dir: string): Promise<[file: string, isFile: boolean][]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch((error) => failOnFile(dir, error));
  const names = found
    .filter((entry) => !entry.isDirectory())
    .map((entry): [string, boolean] => [relative(dir, join(entry.parentPath, entry.name)), entry.isFile()]);
  return names.map(([name, isFile]): [string, boolean] => [name.split(sep).join("/"), isFile]).sort();
}

async function messageOf(check: () => Promise<unknown>): Promise<string | null> {
  try {
    const said = await check();
    return typeof said === "string" ? said : null;
  } catch (error) {
    if (error instanceof TombolaError) return error.message;
    throw error;
  }
}

/** Also that the key is that of the step: a file whose parts were all written anew has another. */
async function checkArtifact(store: Store, key: string): Promise<string | undefined> {
  const { meta } = await store.read(key);
  if (store.version > 1 && artifactKey(meta) !== key)
    return `its step has the key ${artifactKey(meta)}. Delete it, then run the command that made it again`;
  await store.readMetrics(key);
  return undefined;
}

async function checkCurve(store: Store, key: string): Promise<unknown> {
  return store.readMetrics(key);
}

async function checkPartial(_: Store, key: string, path: string): Promise<string | undefined> {
  const payload = decodeFrame((await readIfThere(path)) ?? new Uint8Array(), key);
  return typeof payload === "string" ? `the state of an unfinished step ${payload}. Delete it` : undefined;
}

/** Also that the networks which rows are of are there. */
async function checkRows(store: Store, id: string): Promise<string | undefined> {
  const keys = (await store.readRows(id)).map(({ artifact }) => artifact).filter((key) => typeof key === "string");
  for (const key of keys)
    if (!isKey(key) || !(await store.has(key)))
      return `the artifact ${key} of a row is missing. Run the command of the run again: it is computed anew`;
  return undefined;
}

/** Also that the networks of its rows are among what it asked for. */
async function checkKeys(store: Store, id: string, path: string): Promise<string | undefined> {
  const { keys, damaged } = readLines(id, (await readTextIfThere(path)) ?? "");
  if (damaged.length > 0) return `${damaged.length} lines are no keys, or not as they were written. ${LEFT_OUT}`;
  const rows = await store.readRows(id).catch(() => []);
  const lost = rows.filter(({ artifact }) => typeof artifact === "string" && !keys.includes(artifact));
  return lost.length > 0 ? `the keys of ${lost.length} rows are missing. ${LEFT_OUT}` : undefined;
}

/** A line that a kill tore does not end as a record does. */
async function checkSessions(_: Store, id: string, path: string): Promise<string | undefined> {
  const whole = linesOf(await readTextIfThere(path)).filter((line) => line.endsWith("}"));
  const lost = whole.length - (await readSessions(id, path)).length;
  return lost > 0 ? `${lost} records are damaged. ${LEFT_OUT}` : undefined;
}

const LEFT_OUT = "They are left out, and what the run asks for is noted again when it goes on";

function linesOf(text: string | null): string[] {
  return (text ?? "").split("\n").filter((line) => line !== "");
}
