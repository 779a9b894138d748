/** Reads the files of a data set from a folder, however they are spelt and packed, and checks what they hold. */

import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { fail } from "../base/errors.ts";
import type { Archive, DataFile } from "./registry.ts";

const inflate = promisify(gunzip);

/** The four files of an archive. */
export function archiveFiles(archive: Archive): readonly DataFile[] {
  return [archive.trainImages, archive.trainLabels, archive.testImages, archive.testLabels];
}

/** The path of `file` in `folder` under any of its spellings, packed or not; undefined if it is not there. */
export async function findFile(folder: string, file: DataFile): Promise<string | undefined> {
  const spellings = [file.name, file.name.replace("-idx", ".idx")];
  for (const path of spellings.flatMap((name) => [join(folder, name), join(folder, `${name}.gz`)])) {
    if (await exists(path)) return path;
  }
  return undefined;
}

/** The bytes of the file at `path`, unpacked and checked against `file`; throws `data` if they are not those. */
export async function readChecked(path: string, file: DataFile): Promise<Uint8Array> {
  const packed = await readFile(path).catch((cause) =>
    fail("data", path, { rule: `cannot be read (${cause.message})`, remedy: "Check the file's permissions" }),
  );
  return verify(path, packed, file);
}

/** `bytes`, unpacked if they are gzip, checked against the size and SHA-256 of `file`; throws `data` naming `where`. */
export async function verify(where: string, bytes: Uint8Array, file: DataFile): Promise<Uint8Array> {
  const plain = await unpack(where, bytes, file);
  const remedy = "Replace the file, or name a folder with the right ones with --data-dir";
  if (plain.byteLength !== file.bytes) {
    fail("data", where, { rule: `must hold ${file.bytes} bytes`, got: plain.byteLength, remedy });
  }
  const sha256 = createHash("sha256").update(plain).digest("hex");
  if (sha256 !== file.sha256) fail("data", where, { rule: `SHA-256 must be ${file.sha256}`, got: sha256, remedy });
  return plain;
}

/** IDX begins with 00 00 and gzip with 1f 8b, so the content tells, whatever the name says. */
async function unpack(where: string, bytes: Uint8Array, file: DataFile): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  // One chunk for the whole file: four times faster than the default of 16 KiB.
  return inflate(bytes, { maxOutputLength: file.bytes + 1, chunkSize: file.bytes + 64 }).catch((cause) =>
    fail("data", where, {
      rule: `must unpack to ${file.bytes} bytes (${cause.message})`,
      remedy: "Replace the file, or name a folder with the right ones with --data-dir",
    }),
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
