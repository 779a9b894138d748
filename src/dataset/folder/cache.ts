/** Decoded images kept in one file: the length of a JSON head, the head, then the bytes of all arrays. */

import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { hashJson } from "../../base/hash.ts";
import type { Dataset } from "../dataset.ts";
import { contentSha256, piecesOf } from "../files/content.ts";
import { openRegular } from "../files/regular.ts";
import { columnOf, imageTable, labelColumn, rowSize, sharedBytes, type Table } from "../table.ts";

/** A data set without its images; its name is their SHA-256. */
type Head = Omit<Dataset, "train" | "test">;

interface Stored {
  readonly head: Head;
  readonly counts: readonly [train: number, test: number];
  /** What was said when they were decoded. */
  readonly notices: readonly string[];
}

/** What the head holds: a checksum over format number, file name and all that stands in it. */
interface Sealed extends Stored {
  readonly format: number;
  readonly sha256: string;
}

const FORMAT = 3;
/** Before the head: how many bytes it takes, in digits. */
const PREFIX_BYTES = 16;

/**
 * The data set kept at `path`, with the notices of its decoding; undefined where there is none and, with a notice, where it is
 * not as it was written.
 */
export async function readCache(path: string, onNotice: (text: string) => void): Promise<Dataset | undefined> {
  return withFile(path, async (file) => {
    const { dataset, notices } = (await readWhole(path, file)) ?? { notices: [] };
    for (const sentence of notices) onNotice(sentence);
    if (!dataset) onNotice(`${path}: the decoded images are damaged or of another format, and are decoded again`);
    return dataset;
  });
}

async function readWhole(path: string, file: FileHandle) {
  const stored = await readStored(path, file);
  if (!stored) return undefined;
  const { head, counts, notices } = stored;
  const [train, test] = counts.map((count) => emptyTable(count, head)) as [Table, Table];
  let at = stored.end;
  for (const piece of piecesOf(columnsOf({ train, test })))
    at += (await file.read(piece, 0, piece.length, at)).bytesRead;
  const dataset = { ...head, train, test };
  return digest(dataset) === head.name ? { dataset, notices } : undefined;
}

/** Names a data set by its bytes and keeps it at `path`, unless that is null; where there is no writing, the next load decodes again. */
export async function writeCache(path: string | null, nameless: Dataset, notices: readonly string[]): Promise<Dataset> {
  const dataset = { ...nameless, name: digest(nameless) };
  if (path === null) return dataset;
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await write(temporary, { key: basename(path), notices }, dataset);
    await rename(temporary, path);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
  return dataset;
}

async function write(
  path: string,
  { key, notices }: { readonly key: string; readonly notices: readonly string[] },
  { train, test, ...head }: Dataset,
): Promise<void> {
  const stored = sealed({ head, counts: [train.count, test.count], notices }, key);
  const text = Buffer.from(JSON.stringify(stored));
  const file = await open(path, "wx");
  try {
    await file.write(String(text.length).padEnd(PREFIX_BYTES));
    await file.write(text, 0, text.length, PREFIX_BYTES);
    let at = PREFIX_BYTES + text.length;
    for (const piece of piecesOf(columnsOf({ train, test })))
      at += (await file.write(piece, 0, piece.length, at)).bytesWritten;
  } finally {
    await file.close();
  }
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  // What is no regular file, such as a FIFO, is none that was written here.
  const file = await openRegular(path).then(
    (found) => found.file,
    () => undefined,
  );
  try {
    return file && (await use(file));
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

async function readStored(path: string, file: FileHandle): Promise<(Stored & { readonly end: number }) | undefined> {
  const text = async (length: number, at: number) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    return buffer.toString("utf8", 0, bytesRead);
  };
  const length = Number(await text(PREFIX_BYTES, 0));
  if (!(length > 0 && length < (await file.stat()).size)) return undefined;
  const { head, counts, notices, ...seal } = parse(await text(length, PREFIX_BYTES));
  const { format, sha256 } = sealed({ head, counts, notices }, basename(path));
  if (seal.format !== format || seal.sha256 !== sha256) return undefined;
  return { head, counts, notices, end: PREFIX_BYTES + length };
}

/** A block that is no JSON has no checksum that fits. */
function parse(text: string): Sealed {
  try {
    return JSON.parse(text);
  } catch {
    return {} as Sealed;
  }
}

function sealed(stored: Stored, key: string): Sealed {
  return { ...stored, format: FORMAT, sha256: hashJson({ ...stored, format: FORMAT, key }) };
}

function emptyTable(count: number, { shape, outputs }: Head): Table {
  const labels = labelColumn(count, outputs).data as Uint8Array | Int32Array;
  return imageTable(sharedBytes(count * rowSize({ shape })), labels, shape);
}

/** Of shape, number of classes, and all bytes: labels are bytes up to 256 classes, else 32-bit integers. */
function digest(dataset: Pick<Dataset, "shape" | "outputs" | "train" | "test">): string {
  const { shape, outputs, train, test } = dataset;
  return contentSha256([shape, outputs, train.count, test.count], columnsOf(dataset));
}

function columnsOf({ train, test }: Pick<Dataset, "train" | "test">) {
  return [train, test].flatMap((table) => ["images", "labels"].map((name) => columnOf(table, name).data));
}
