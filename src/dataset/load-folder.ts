/** A data set from a folder of images: decoded once, then read from the cache until a file changes. */

import { constants } from "node:buffer";
import { createHash } from "node:crypto";
import { totalmem } from "node:os";
import { join, resolve } from "node:path";
import { fail } from "../base/errors.ts";
import { classes as classTarget, type Dataset } from "./dataset.ts";
import type { OnProgress } from "./fetch/download.ts";
import { cacheFolder } from "./fetch/sources.ts";
import { type Head, readCache, readHead, writeCache } from "./files-image-cache.ts";
import { decodeImages, type ImageFile, type ImageList, listImages } from "./files-images.ts";
import { formatIdentity } from "./identity.ts";
import { type FolderName, folderName, pinned } from "./names.ts";
import { channelStatistics } from "./statistics.ts";
import { columnOf, imageTable, labelColumn, type Table } from "./table.ts";

interface Options {
  readonly onProgress?: OnProgress | undefined;
  onNotice?(text: string): void;
}

/**
 * The data set of the images in a folder; its name pins them by their SHA-256. Mean and deviation are those of its
 * training images. Throws `data` on a folder of another layout, on images that cannot be read or do not fit in
 * memory, and on images other than those that the name pins.
 */
export async function loadFolder(name: FolderName, options: Options = {}): Promise<Dataset> {
  const list = await listImages(name.path);
  const path = cachePath(name, list);
  const dataset =
    (await readCache(path, options.onNotice ?? (() => {}))) ?? (await decoded(name, { list, path, options }));
  return { ...dataset, ...named(name, dataset.name) };
}

/** The same without images where they have been decoded before. */
export async function describeFolder(name: FolderName, options: Options = {}): Promise<Head> {
  const head = await readHead(cachePath(name, await listImages(name.path)));
  return head ? { ...head, ...named(name, head.name) } : loadFolder(name, options);
}

/** The images' identity, and how a specification writes them: their place, and the digits that pin them. */
function named({ path, size, digest }: FolderName, found: string): Pick<Dataset, "name" | "source"> {
  const source = folderName({ path: resolve(path), size, digest: pinned(path, { digest, found }) });
  return { name: formatIdentity({ kind: "folder", size, digest: found, options: {} }), source };
}

/** Where the decoded images of a list are kept: another name for other files, sizes or times. */
function cachePath({ path, size }: FolderName, { classes, train, test }: ImageList): string {
  const hash = createHash("sha256").update(JSON.stringify([resolve(path), size, classes]));
  for (const file of [...train, ...test]) hash.update(JSON.stringify(file));
  return join(cacheFolder("folder"), `${hash.digest("hex").slice(0, 32)}.images`);
}

async function decoded(
  { path: folder, size }: FolderName,
  { list, path, options: { onProgress = () => {} } }: { list: ImageList; path: string; options: Options },
): Promise<Dataset> {
  const { classes, train, test } = list;
  checkMemory(folder, size, list);
  const total = [...train, ...test].reduce((sum, { bytes }) => sum + bytes, 0);
  let received = 0;
  const onImage = ({ bytes }: ImageFile) =>
    onProgress({ doing: "reading", file: folder, received: (received += bytes), total });
  const shape = [3, size, size] as const;
  const table = async (files: readonly ImageFile[]): Promise<Table> => {
    const labels = labelColumn(files.length, classes.length).data as Uint8Array | Int32Array;
    labels.set(files.map(({ label }) => label));
    return imageTable(await decodeImages(files, { size, onImage }), labels, shape);
  };
  const parts = { train: await table(train), test: await table(test) };
  return writeCache(path, {
    name: "",
    shape,
    ...classTarget(classes.length, classes),
    ...channelStatistics(columnOf(parts.train, "images").data, shape),
    ...parts,
  });
}

function checkMemory(folder: string, size: number, { train, test }: ImageList): void {
  const image = 3 * size * size;
  const [needed, largest] = [image * (train.length + test.length), image * Math.max(train.length, test.length)];
  if (needed < totalmem() && largest <= constants.MAX_LENGTH) return;
  const rule = `its ${train.length + test.length} images at ${size} x ${size} pixels do not fit in memory`;
  fail("data", folder, { rule, got: `${needed} bytes`, remedy: "Name a smaller size behind @" });
}
