/** Files that are whole or absent: written beside their place, flushed, renamed. What goes wrong is a `store` error. */

import { randomBytes } from "node:crypto";
import {
  chmod,
  constants,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, TombolaError } from "../base/errors.ts";

/** `NAME.PID.RANDOM.tmp`, beside NAME. */
const TEMPORARY = /\.(\d+)\.[0-9a-f]{8}\.tmp$/;
const LEFTOVER_AFTER_MS = 3600_000;

const SPACE = "Free some space, then run the same command again: what was finished is kept";
const PLACE = "Make it accessible, or choose another place";
const WORDS: Readonly<Record<string, readonly [rule: string, remedy: string]>> = {
  ENOSPC: ["no space is left on the disk", SPACE],
  EDQUOT: ["the disk quota is used up", SPACE],
  EACCES: ["permission denied", PLACE],
  EPERM: ["permission denied", PLACE],
  EROFS: ["the file system is read-only", PLACE],
  ENOTDIR: ["a file stands where a folder is needed", PLACE],
  ENOENT: ["a folder of the path does not exist", PLACE],
  EEXIST: ["a file stands where a folder is needed", PLACE],
  EISDIR: ["a folder stands where a file is needed", "Move it away, or choose another place"],
  EFBIG: ["the file would be larger than this process or file system may write", "Raise the limit (ulimit -f)"],
  ELOOP: ["its links lead to each other", "Remove the links, or choose another place"],
  ENAMETOOLONG: ["the name is too long for the file system", "Choose a shorter one"],
  EMFILE: ["this process has too many files open", "Raise the limit (ulimit -n)"],
};
const OTHERWISE = "Look after the file and its disk, then run the same command again";

/**
 * Puts `data` at `path` so that every reader, at every instant, sees the old file or the new one; makes the folders. A link
 * is followed and stays, a file that is replaced keeps its mode, a character device is written to; other things that are
 * no files, such as pipes, are refused.
 */
export async function writeAtomic(path: string, data: Uint8Array | string): Promise<void> {
  const { place, mode } = await placeToWrite(path).catch((error) => failOnFile(path, error));
  if (place === null) return writeFile(path, data).catch((error) => failOnFile(path, error));
  return writeRenamed(place, data, mode);
}

/** Where a file is to be renamed to, and its mode if it is there; null for a device, which is written to as it is. */
async function placeToWrite(path: string): Promise<{ readonly place: string | null; readonly mode?: number }> {
  const first = await nullIfMissing(path, lstat(path));
  if (first === null) return { place: path };
  const place = first.isSymbolicLink() ? await realpath(path).catch((error) => failDangling(path, error)) : path;
  const found = first.isSymbolicLink() ? await stat(place) : first;
  if (found.isFile()) return { place, mode: found.mode & 0o7777 };
  if (found.isCharacterDevice()) return { place: null };
  const what = found.isDirectory() ? "a folder" : found.isFIFO() ? "a pipe" : "no regular file";
  return fail("store", path, { rule: "must be a file, or nothing yet", got: what, remedy: "Choose another name" });
}

function failDangling(path: string, error: unknown): never {
  if (codeOf(error) !== "ENOENT") throw error;
  const rule = "is a link to what does not exist";
  return fail("store", path, { rule, remedy: "Remove the link, make what it leads to, or choose another name" });
}

async function writeRenamed(path: string, data: Uint8Array | string, mode?: number): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await makeFolder(dirname(path));
    await writeFlushed(temporary, data, "wx");
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    failOnFile(path, error);
  }
}

/** Appends text to a file, making it and its folders; a process that dies meanwhile leaves a part of it. */
export async function appendFlushed(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path))
    .then(() => writeFlushed(path, text, "a"))
    .catch((error) => failOnFile(path, error));
}

/**
 * Makes a folder and those it lies in. Node's recursive mkdir tells a read-only file system as a missing folder, and never
 * returns under /proc.
 */
export async function makeFolder(dir: string): Promise<void> {
  const make = () =>
    mkdir(dir).catch((error) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
  await make().catch(async (error) => {
    if (codeOf(error) !== "ENOENT") throw error;
    await makeFolder(dirname(dir));
    await make();
  });
}

/** Without the flush, a power cut after the rename could leave an empty file under the final name. */
async function writeFlushed(path: string, data: Uint8Array | string, flags: "wx" | "a"): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The bytes of a file; null if it does not exist. What has no end, such as a pipe, is refused and not waited for. */
export function readIfThere(path: string): Promise<Uint8Array | null> {
  return nullIfMissing(path, readWhole(path));
}

/** The text of a file, as {@link readIfThere}. */
export async function readTextIfThere(path: string): Promise<string | null> {
  const bytes = await nullIfMissing(path, readWhole(path));
  return bytes === null ? null : bytes.toString("utf8");
}

async function readWhole(path: string): Promise<Buffer> {
  const file = await openToRead(path);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Opens a file that has an end; throws `store` on another. */
export async function openToRead(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const found = await file.stat();
  if (found.isFile()) return file;
  await file.close();
  return fail("store", path, { rule: "must be a regular file", remedy: "Remove it" });
}

/** The names in a folder without temporaries, sorted; empty if it does not exist. */
export async function listNames(dir: string): Promise<string[]> {
  const names = (await nullIfMissing(dir, readdir(dir))) ?? [];
  return names.filter((name) => !TEMPORARY.test(name)).sort();
}

/** Whether a file exists. */
export async function exists(path: string): Promise<boolean> {
  return (await nullIfMissing(path, stat(path))) !== null;
}

/** Removes a file that may not exist. */
export async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error) => failOnFile(path, error));
}

/** Removes a folder that may not exist with all that is in it: it is whole or has gone, whenever the process dies. */
export async function removeFolder(dir: string): Promise<void> {
  const gone = `${dir}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await rename(dir, gone);
    await rm(gone, { recursive: true, force: true });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") failOnFile(dir, error);
  }
}

/** Removes temporaries that dead processes left more than an hour ago; one that resists is left for another time. */
export async function removeLeftovers(dir: string, now = Date.now()): Promise<void> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  for (const name of names) {
    const pid = TEMPORARY.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(dir, name);
    const age = await stat(path).then(
      (found) => now - found.mtimeMs,
      () => 0,
    );
    if (age > LEFTOVER_AFTER_MS) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Throws the `store` error that tells a file system error in plain words and names the path; a TombolaError stays. */
export function failOnFile(path: string, error: unknown): never {
  if (error instanceof TombolaError) throw error;
  const [rule, remedy] = WORDS[codeOf(error)] ?? [error instanceof Error ? error.message : String(error), OTHERWISE];
  fail("store", path, { rule, remedy });
}

async function nullIfMissing<T>(path: string, found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    failOnFile(path, error);
  }
}

/** The code of a file system's error, such as ENOENT. */
export function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | null)?.code);
}
