/** A registered data set's file as it is found: how it is spelt, unpacked and checked, with whatever a host offers for it. */
import { fail } from "../base/errors.ts";
import type { DataFile } from "./registry.ts";

/** A host's SHA-256, in hexadecimal digits, and its gunzip, which may stop behind `most` bytes and throws on other formats. */
export interface FileHost {
  sha256(bytes: Uint8Array): string | Promise<string>;
  gunzip(bytes: Uint8Array, most: number): Promise<Uint8Array>;
}

/** Under which names a file may be found: its own, as IDX files are also spelt, and packed. */
export function plainSpellings({ name }: Pick<DataFile, "name">): string[] {
  const plain = [...new Set([name, name.replace("-idx", ".idx")])];
  return plain.flatMap((each) => [each, `${each}.gz`]);
}

const REPLACE = { remedy: "Replace the file, or name a folder with the right ones as dataDir", fields: ["dataDir"] };

/** `bytes`, unpacked if they are gzip; throws `data` naming `where` if they cannot be. */
export async function unpack(host: FileHost, where: string, { bytes, most }: { bytes: Uint8Array; most: number }) {
  // IDX begins with 00 00, a batch with a label and gzip with 1f 8b, so the content tells, whatever the name says.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return host.gunzip(bytes, most).catch((cause) => fail("data", where, { rule: gzipRule(cause, most), ...REPLACE }));
}

/** What a gzip file that failed to unpack must be: smaller, or whole and without anything behind its end. */
export function gzipRule(cause: Error & { readonly code?: string }, most: number): string {
  return cause.code === "ERR_BUFFER_TOO_LARGE"
    ? `must unpack to ${most} bytes at most`
    : `must be whole gzip, with nothing behind its end (${cause.message})`;
}

/** `bytes`, unpacked if they are gzip, checked against the size and SHA-256 of `file`; throws `data` naming `where`. */
export async function verifyFile(
  host: FileHost,
  where: string,
  { bytes, file }: { bytes: Uint8Array; file: DataFile },
) {
  const plain = await unpack(host, where, { bytes, most: file.bytes });
  if (plain.byteLength !== file.bytes) {
    fail("data", where, { rule: `must hold ${file.bytes} bytes`, got: plain.byteLength, ...REPLACE });
  }
  const sha256 = await host.sha256(plain);
  if (sha256 !== file.sha256) fail("data", where, { rule: `SHA-256 must be ${file.sha256}`, got: sha256, ...REPLACE });
  return plain;
}
