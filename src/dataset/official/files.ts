/** The official files of a set: where they are on this machine, how they are got, and whether they are those that were published. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { fail } from "../../base/errors.ts";
import type { NamedBytes } from "../archive-table.ts";
import { gzipRule } from "../data-file.ts";
import { archivePlace } from "../fetch/archive.ts";
import type { DownloadOptions } from "../fetch/download.ts";
import { fetchInto } from "../fetch/http.ts";
import { cacheFolder } from "../fetch/sources.ts";
import { reason } from "../fetch/ways.ts";
import { mostUnpacked } from "../files/memory.ts";
import { readUnpacked } from "../files/unpacked.ts";
import type { LoadOptions } from "../source/source.ts";
import type { Download, OfficialSet } from "./sets.ts";
import { zipTree } from "./tree.ts";

const inflate = promisify(gunzip);
/** Bytes of a download: the largest of them, STL-10's, is 2.6 GB. */
const MOST = 2 ** 33;

/** The folders that are asked for a set's files, in their order. */
export function foldersOf({ name, folder }: OfficialSet, dataDir?: string): string[] {
  const explicit = dataDir ?? process.env.TOMBOLA_DATA;
  return explicit ? [...new Set([join(explicit, name), join(explicit, folder), explicit])] : [cacheFolder(folder)];
}

/**
 * The folder that holds a set's files, which are downloaded where the user named no folder. Throws `data` naming the files
 * where they are not there and may not be downloaded, and with the reason where they cannot be.
 */
export async function officialFolder(set: OfficialSet, options: LoadOptions): Promise<string> {
  const folders = foldersOf(set, options.dataDir);
  for (const folder of folders) if (await holds(set, folder)) return folder;
  const isNamed = options.dataDir !== undefined || process.env.TOMBOLA_DATA !== undefined;
  if (isNamed || options.offline || options.dry) {
    const files = set.files.length > 0 ? set.files.join(", ") : set.downloads.map(({ file }) => file).join(", ");
    const archives = set.downloads.map(({ file }) => file).join(", ");
    const rule = `is in none of ${folders.join(", ")}, ${isNamed ? "which must hold its files" : "and downloading is off"}`;
    const remedy = `Put ${files} there, plain or .gz${archives === files ? "" : `, or ${archives}`}`;
    fail("data", set.name, { rule, remedy, fields: ["dataDir"] });
  }
  await downloadOfficial(set, { folder: folders[0]!, ...options });
  return folders[0]!;
}

/** Whether a folder holds a set's files, or what they come in. */
export async function holds(set: OfficialSet, folder: string): Promise<boolean> {
  const all = await Promise.all(set.files.map((file) => placeOf(set, folder, file)));
  if (set.files.length > 0 && all.every((place) => place !== undefined)) return true;
  if (set.layout.kind === "omniglot" && (await exists(join(folder, set.layout.archive)))) return true;
  const archives = await Promise.all(set.downloads.map(({ file }) => exists(join(folder, file))));
  return archives.length > 0 && archives.every(Boolean);
}

/** Gets what a folder lacks, each file checked by its MD5 where one is known; an interrupted download is continued. */
export async function downloadOfficial(
  { name, downloads }: OfficialSet,
  { folder, onProgress = () => {}, onNotice }: Pick<DownloadOptions, "folder" | "onProgress" | "onNotice">,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const download of downloads) {
    const { file, home } = download;
    const path = join(folder, file);
    if (await exists(path)) continue;
    const part = `${path}.${new URL(home).hostname}.part`;
    const onBytes = (received: number, total: number | undefined) =>
      onProgress({ doing: "downloading", file, received, total });
    await fetchInto(part, home + file, { most: MOST, onBytes }).catch((cause) =>
      fail("data", name, {
        rule: `is not on this machine and cannot be downloaded (${home}${file}: ${reason(cause)})`,
        remedy: "Run the command again to continue, or get the files elsewhere and name their folder as dataDir",
        fields: ["dataDir"],
      }),
    );
    await checkSum(part, download, onNotice).catch(async (error) => {
      await rm(part, { force: true });
      throw error;
    });
    await rename(part, path);
  }
}

/** A file of a set in a folder, and who is told about it. */
interface Wanted {
  readonly folder: string;
  readonly file: string;
  readonly onNotice: LoadOptions["onNotice"] | undefined;
}

/**
 * The file called `file` of a set in `folder`, unpacked: as it is, packed, or out of its archive. Throws `data` where it is
 * not there, and where it is not as it was published.
 */
export async function readOfficial(set: OfficialSet, { folder, file, onNotice }: Wanted): Promise<NamedBytes> {
  const where = await placeOf(set, folder, file);
  if (where !== undefined) {
    const known = set.downloads.find((download) => download.file === basename(where));
    await checkSum(where, known ?? { file: basename(where) }, onNotice);
    return { where, bytes: await readUnpacked(where) };
  }
  for (const download of set.downloads) {
    const path = join(folder, download.file);
    if (!(await exists(path))) continue;
    await checkSum(path, download, onNotice);
    const bytes = path.endsWith(".zip") ? await fromZip(path, file) : await fromTar(path, file);
    if (bytes) return { where: `${path}: ${file}`, bytes };
  }
  return fail("data", join(folder, file), { rule: "is not there", remedy: "Get the files again" });
}

async function placeOf({ inner }: OfficialSet, folder: string, file: string): Promise<string | undefined> {
  const folders = [folder, ...(inner === undefined ? [] : [join(folder, inner)])];
  for (const path of folders.flatMap((each) => [join(each, file), join(each, `${file}.gz`)]))
    if (await exists(path)) return path;
  return undefined;
}

async function fromTar(path: string, file: string): Promise<Uint8Array | undefined> {
  return (await archivePlace(path, new Map([[file, 2 ** 31 - 1]]))).read(file);
}

async function fromZip(path: string, file: string): Promise<Uint8Array | undefined> {
  const tree = await zipTree(path);
  try {
    const found = tree.paths.find((each) => [file, `${file}.gz`].includes(basename(each)));
    const bytes = found === undefined ? undefined : await tree.read(found);
    if (bytes?.[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
    const most = mostUnpacked(bytes.length);
    return await inflate(bytes, { maxOutputLength: most }).catch((cause) =>
      fail("data", `${path}: ${file}`, { rule: gzipRule(cause, most), remedy: "Get the file again" }),
    );
  } finally {
    await tree.close();
  }
}

/** Throws `data` where a file is not the published one; where that is not known, says so. */
export async function checkSum(
  path: string,
  { file, md5 }: Pick<Download, "file" | "md5">,
  onNotice: LoadOptions["onNotice"] | undefined,
): Promise<void> {
  if (md5 === undefined) {
    onNotice?.(`${path}: no checksum of ${file} is known, so it is taken as it is; results are known by its content`);
    return;
  }
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  const got = hash.digest("hex");
  if (got === md5) return;
  const remedy = "Get the file again; what you made yourself is read as npz:, idx: or folder:";
  fail("data", path, { rule: `MD5 must be ${md5}`, got, remedy });
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
