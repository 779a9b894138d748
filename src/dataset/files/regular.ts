/** Reads files that have an end: a FIFO, a device or a folder where a file is expected is told, never waited for. */

import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { fail } from "../../base/errors.ts";

/** Bytes of a file that is read whole: one buffer holds no more. */
const MOST = 2 ** 31 - 1;

/**
 * The regular file at `path`, opened, and its size; who opens it closes it. Throws `data` where it cannot be read or is
 * something else.
 */
export async function openRegular(path: string): Promise<{ readonly file: FileHandle; readonly bytes: number }> {
  // A FIFO without a writer would be waited for.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((cause) => unreadable(path, cause));
  const found = await file.stat();
  const kind = KINDS.find(([is]) => is(found))?.[1];
  if (kind === undefined) return { file, bytes: found.size };
  await file.close();
  return fail("data", path, { rule: "must be a file", got: kind, remedy: "Name a file that has an end" });
}

/** The bytes of the regular file at `path`, at most `most` of them; throws `data` as {@link openRegular}, and on more. */
export async function readRegular(path: string, most = MOST): Promise<Uint8Array> {
  const { file, bytes } = await openRegular(path);
  try {
    if (bytes > most) fail("data", path, { rule: `must be of ${most} bytes at most`, got: bytes });
    return await file.readFile().catch((cause) => unreadable(path, cause));
  } finally {
    await file.close();
  }
}

/** Bytes that the file system gives at a time. */
const PIECE = 2 ** 30;

/** The bytes of an open file from `start` to before `end`; throws `data` where there are fewer. */
export async function readPart(path: string, file: FileHandle, { start, end }: { start: number; end: number }) {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length; ) {
    const piece = { buffer: bytes, offset: at, length: Math.min(bytes.length - at, PIECE), position: start + at };
    const { bytesRead } = await file.read(piece).catch((cause) => unreadable(path, cause));
    if (bytesRead === 0) fail("data", path, { rule: "became shorter while it was read", remedy: "Read it again" });
    at += bytesRead;
  }
  return bytes;
}

type Found = Awaited<ReturnType<FileHandle["stat"]>>;

const KINDS: readonly [is: (found: Found) => boolean, kind: string][] = [
  [(found) => found.isDirectory(), "a folder"],
  [(found) => found.isFIFO(), "a FIFO"],
  [(found) => found.isCharacterDevice() || found.isBlockDevice(), "a device"],
  [(found) => !found.isFile(), "no regular file"],
];

/** Throws `data`: there is no reading at `path`. */
function unreadable(path: string, { message }: Error): never {
  return fail("data", path, { rule: `cannot be read (${message})`, remedy: "Check its path" });
}
