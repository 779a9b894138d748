/** Loads registered data sets, wherever their files are, into memory that worker threads share. */

import { fail } from "../../base/errors.ts";
import { archiveTable, type NamedBytes } from "../archive-table.ts";
import type { Dataset } from "../dataset.ts";
import { type DataFile, type DatasetInfo, datasetInfo, describe, isRegistered } from "../registry.ts";
import type { LoadOptions } from "../source/source.ts";
import { made, syntheticDataset, syntheticRgbDataset } from "../synthetic.ts";
import { download } from "./download.ts";
import { type FilePlace, folderPlace, readFrom } from "./files.ts";
import type { PlacedArchive } from "./homes.ts";
import { cacheFolder, findFolder, searchedFolders } from "./sources.ts";

/** The data set called `name`; throws `usage` on an unknown name, `data` on files that are missing, wrong or cannot be downloaded. */
export async function loadRegistered(name: string, options: LoadOptions): Promise<Dataset> {
  const info = datasetInfo(name);
  if (info.archive) return loadArchive(info, info.archive, options);
  return name === "synthetic-rgb" ? syntheticRgbDataset() : syntheticDataset();
}

/** The same for a data set that need not be in the registry. */
export async function loadArchive(info: DatasetInfo, archive: PlacedArchive, options: LoadOptions): Promise<Dataset> {
  const { name } = info;
  const found = await findFolder(name, archive, options.dataDir);
  if (!found && options.dry && isRegistered(name)) {
    options.onNotice?.(`${name} is not here, and a dry run fetches nothing: it goes by blank images of the same form`);
    return made(name, { item: 0, paint: () => {} });
  }
  const place = folderPlace(found ?? (await fetched(name, archive, options)));
  const part = async (files: readonly DataFile[]) =>
    archiveTable(archive.format, await Promise.all(files.map((file) => readNamed(place, file))), info);
  const [train, test] = await Promise.all([part(archive.train), part(archive.test)]);
  return { ...describe(info), train, test };
}

async function fetched(
  name: string,
  archive: PlacedArchive,
  { offline, dry, onProgress, onNotice }: LoadOptions,
): Promise<string> {
  if (offline || dry) {
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
