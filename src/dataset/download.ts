/** Downloads the files of a data set from its official homes into a folder, each checked before it gets its name. */

import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, TombolaError } from "../base/errors.ts";
import { archiveFiles, findFile, verify } from "./files.ts";
import type { Archive, DataFile } from "./registry.ts";

/** How far a download has come, in bytes; `total` is undefined where the server does not say. */
export interface DownloadProgress {
  readonly file: string;
  readonly received: number;
  readonly total: number | undefined;
}

/** Told after every piece that arrives. */
export type OnProgress = (progress: DownloadProgress) => void;

/**
 * Fetches the files that `folder` lacks, from the first home that serves each, and keeps them unpacked.
 * Throws `data` with every address tried and what to do instead, or if the folder cannot be written.
 */
export async function download(
  name: string,
  archive: Archive,
  options: { folder: string; onProgress?: OnProgress },
): Promise<void> {
  const { folder, onProgress = () => {} } = options;
  for (const file of archiveFiles(archive)) {
    if (await findFile(folder, file)) continue;
    const bytes = await fetchFile(name, archive, { file, onProgress });
    await write(folder, file, bytes);
  }
}

async function fetchFile(name: string, archive: Archive, options: { file: DataFile; onProgress: OnProgress }) {
  const { file, onProgress } = options;
  const failures: string[] = [];
  for (const home of archive.homes) {
    const address = `${home}${file.name}.gz`;
    try {
      return await verify(address, await fetchBytes(address, { file: file.name, onProgress }), file);
    } catch (cause) {
      failures.push(cause instanceof TombolaError ? cause.message : `${address}: ${reason(cause)}`);
    }
  }
  const install = archive.npm ? `npm install ${archive.npm.name}, or get` : "Get";
  return fail("data", name, {
    rule: `is not on this machine and cannot be downloaded (${failures.join("; ")})`,
    remedy: `${install} the files elsewhere and name their folder with --data-dir`,
  });
}

async function fetchBytes(address: string, options: { file: string; onProgress: OnProgress }): Promise<Uint8Array> {
  const response = await fetch(address);
  if (!response.ok || !response.body) throw new Error(`the server answers ${response.status} ${response.statusText}`);
  const total = Number(response.headers.get("content-length")) || undefined;
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    received += chunk.byteLength;
    options.onProgress({ file: options.file, received, total });
  }
  return Buffer.concat(chunks);
}

async function write(folder: string, file: DataFile, bytes: Uint8Array): Promise<void> {
  const path = join(folder, file.name);
  const temporary = `${path}.${process.pid}.${Date.now()}.part`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    const remedy = "Make room or name another place with XDG_CACHE_HOME";
    fail("data", path, { rule: `cannot be written (${reason(cause)})`, remedy });
  }
}

/** Fetch hides why a connection failed in the cause of its error. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}, ${error.cause.message}` : error.message;
}
