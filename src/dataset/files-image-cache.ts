/** Decoded images kept in one file: a JSON head in a block of fixed length, then the bytes of all arrays. */

import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Dataset, type Split, sharedBytes } from "./dataset.ts";

/** A data set without its images; until they have a name of their own, it is the first digits of their SHA-256. */
export type Head = Omit<Dataset, "train" | "test">;

interface Stored {
  readonly head: Head;
  readonly counts: readonly [train: number, test: number];
}

const HEAD_BYTES = 4096;
/** Bytes handled at a time: the file system and the hash take less than 2 GiB. */
const PIECE = 2 ** 28;
const DIGITS = 12;

/** The head of the data set kept at `path`, undefined where there is none. */
export async function readHead(path: string): Promise<Head | undefined> {
  return withFile(path, async (file) => (await readStored(file)).head);
}

/** The data set kept at `path`, undefined where there is none or its bytes are not those that were written. */
export async function readCache(path: string): Promise<Dataset | undefined> {
  return withFile(path, async (file) => {
    const { head, counts } = await readStored(file);
    const [train, test] = counts.map((count) => emptySplit(count, head.shape)) as [Split, Split];
    let at = HEAD_BYTES;
    for (const piece of pieces({ train, test })) at += (await file.read(piece, 0, piece.length, at)).bytesRead;
    const dataset = { ...head, train, test };
    return digest(dataset) === head.name ? dataset : undefined;
  });
}

/** Keeps a data set at `path` and names it by its bytes; where there is no writing, the next load decodes again. */
export async function writeCache(path: string, nameless: Dataset): Promise<Dataset> {
  const dataset = { ...nameless, name: digest(nameless) };
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await write(temporary, dataset);
    await rename(temporary, path);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
  return dataset;
}

async function write(path: string, { train, test, ...head }: Dataset): Promise<void> {
  const stored: Stored = { head, counts: [train.count, test.count] };
  const file = await open(path, "wx");
  try {
    await file.write(JSON.stringify(stored).padEnd(HEAD_BYTES));
    let at = HEAD_BYTES;
    for (const piece of pieces({ train, test })) at += (await file.write(piece, 0, piece.length, at)).bytesWritten;
  } finally {
    await file.close();
  }
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  const file = await open(path, "r").catch(() => undefined);
  try {
    return file && (await use(file));
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

async function readStored(file: FileHandle): Promise<Stored> {
  const { buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const { head, counts }: Stored = JSON.parse(buffer.toString("utf8"));
  return { head: { ...head, outputs: head.classes }, counts };
}

function emptySplit(count: number, [channels, height, width]: Dataset["shape"]): Split {
  return { count, images: sharedBytes(count * channels * height * width), labels: sharedBytes(count) };
}

function digest(dataset: Pick<Dataset, "shape" | "classes" | "train" | "test">): string {
  const { shape, classes, train, test } = dataset;
  const hash = createHash("sha256").update(JSON.stringify([shape, classes, train.count, test.count]));
  for (const piece of pieces(dataset)) hash.update(piece);
  return hash.digest("hex").slice(0, DIGITS);
}

function* pieces({ train, test }: Pick<Dataset, "train" | "test">): Generator<Uint8Array> {
  for (const bytes of [train.images, train.labels, test.images, test.labels]) {
    for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
  }
}
