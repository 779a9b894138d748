/** A data set from a folder of images: decoded once, then read from the cache until a file changes. */

import { constants } from "node:buffer";
import { createHash } from "node:crypto";
import { totalmem } from "node:os";
import { join, resolve } from "node:path";
import { fail } from "../base/errors.ts";
import type { Dataset, Split } from "./dataset.ts";
import { sharedBytes } from "./dataset.ts";
import type { OnProgress } from "./download.ts";
import { type Head, readCache, readHead, writeCache } from "./files-image-cache.ts";
import { decodeImages, type ImageFile, type ImageList, listImages } from "./files-images.ts";
import { type FolderName, folderName } from "./names.ts";
import { cacheFolder } from "./sources.ts";
import { channelStatistics } from "./statistics.ts";

interface Options {
  readonly onProgress?: OnProgress | undefined;
}

/**
 * The data set of the images in a folder; its name pins them by their SHA-256. Mean and deviation are those of its
 * training images. Throws `data` on a folder of another layout, on images that cannot be read or do not fit in
 * memory, and on images other than those that the name pins.
 */
export async function loadFolder(name: FolderName, options: Options = {}): Promise<Dataset> {
  const list = await listImages(name.path);
  const path = cachePath(name, list);
  const dataset = (await readCache(path)) ?? (await decoded(name, { list, path, options }));
  return { ...dataset, name: pinned(name, dataset.name) };
}

/** The same without images where they have been decoded before. */
export async function describeFolder(name: FolderName, options: Options = {}): Promise<Head> {
  const head = await readHead(cachePath(name, await listImages(name.path)));
  return head ? { ...head, name: pinned(name, head.name) } : loadFolder(name, options);
}

function pinned({ path, size, digest }: FolderName, found: string): string {
  if (digest && digest !== found) {
    const rule = `its images have changed: the name pins a SHA-256 that begins with ${digest}`;
    fail("data", path, { rule, got: found, remedy: `Leave out #${digest} to use them as they are now` });
  }
  return folderName({ path: resolve(path), size, digest: found });
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
  const split = async (files: readonly ImageFile[]): Promise<Split> => {
    const labels = sharedBytes(files.length);
    labels.set(files.map(({ label }) => label));
    return { count: files.length, images: await decodeImages(files, { size, onImage }), labels };
  };
  const parts = { train: await split(train), test: await split(test) };
  const shape = [3, size, size] as const;
  return writeCache(path, {
    name: "",
    shape,
    classes: classes.length,
    outputs: classes.length,
    ...channelStatistics(parts.train, shape),
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
