/** Loads registered data sets, wherever their files are, into memory that worker threads share. */

import { fail } from "../../base/errors.ts";
import { readIdx } from "../arrays/idx.ts";
import { cifarTable } from "../cifar.ts";
import type { Dataset } from "../dataset.ts";
import { type Archive, type DataFile, type DatasetInfo, datasetInfo, describe } from "../registry.ts";
import type { LoadOptions } from "../source/source.ts";
import { syntheticDataset, syntheticRgbDataset } from "../synthetic.ts";
import { imageTable, sharedBytes, type Table } from "../table.ts";
import { download } from "./download.ts";
import { type FilePlace, folderPlace, readFrom } from "./files.ts";
import { cacheFolder, findFolder, searchedFolders } from "./sources.ts";

/** The data set called `name`; throws `usage` on an unknown name, `data` on files that are missing, wrong or cannot be downloaded. */
export async function loadRegistered(name: string, options: LoadOptions): Promise<Dataset> {
  const info = datasetInfo(name);
  if (info.archive) return loadArchive(info, info.archive, options);
  return name === "synthetic-rgb" ? syntheticRgbDataset() : syntheticDataset();
}

/** The same for a data set that need not be in the registry. */
export async function loadArchive(info: DatasetInfo, archive: Archive, options: LoadOptions): Promise<Dataset> {
  const { name } = info;
  const place = folderPlace(
    (await findFolder(name, archive, options.dataDir)) ?? (await fetched(name, archive, options)),
  );
  const read = READERS[archive.format];
  const [train, test] = await Promise.all([read(place, archive.train, info), read(place, archive.test, info)]);
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

type Reader = (place: FilePlace, files: readonly DataFile[], info: DatasetInfo) => Promise<Table>;

const READERS: Readonly<Record<Archive["format"], Reader>> = {
  async idx(place, [imageFile, labelFile], { shape }) {
    const [, height, width] = shape;
    const images = await readShared(place, imageFile!, [null, height, width]);
    const labels = await readShared(place, labelFile!, [images.count]);
    return imageTable(images.bytes, labels.bytes, shape);
  },
  async cifar(place, files) {
    return cifarTable(await Promise.all(files.map((file) => read(place, file))));
  },
};

async function readShared(place: FilePlace, file: DataFile, expected: readonly (number | null)[]) {
  const idx = readIdx(place.where(file.name), await read(place, file), expected);
  const bytes = sharedBytes(idx.bytes.byteLength);
  bytes.set(idx.bytes);
  return { count: idx.sizes[0]!, bytes };
}

async function read(place: FilePlace, file: DataFile): Promise<Uint8Array> {
  return (await readFrom(place, file)) ?? fail("data", place.where(file.name), { rule: "is not there any more" });
}
