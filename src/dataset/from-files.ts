/** A registered data set from files that a program reads itself, as a page does: from addresses, a form, a cache. */
import { fail } from "../base/errors.ts";
import { archiveTable, type NamedBytes } from "./archive-table.ts";
import { type FileHost, plainSpellings, unpack, verifyFile } from "./data-file.ts";
import type { Dataset } from "./dataset.ts";
import { type DataFile, type DatasetInfo, datasetInfo, describe } from "./registry.ts";
import { columnOf } from "./table.ts";

/** Reads a file by its name, such as `train-images-idx3-ubyte` or the same behind `.gz`; undefined where there is none. */
export type ReadDataFile = (name: string) => Promise<Uint8Array | undefined>;

/** How files are taken. */
export interface DatasetFilesOptions {
  /**
   * Takes files with the first images of the published ones alone, as a page may want to load less: IDX files whose headers
   * say how many. The data set is then called by what it holds, such as `mnist#SHA256`. Default false: the files must be
   * the published ones, by size and SHA-256.
   */
  readonly cut?: boolean;
}

/** What every host has since 2023: pages and workers, and Node from 20 on. */
const WEB: FileHost = {
  async sha256(bytes) {
    if (!globalThis.crypto?.subtle) {
      const remedy = "Serve the page by https, or from localhost";
      fail("data", "data set", { rule: "a page that is not secure has no SHA-256 to check files by", remedy });
    }
    const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  },
  async gunzip(bytes) {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  },
};

/**
 * The registered data set `name` from its files, plain or gzip, which `read` gives by their names; every file's size and
 * SHA-256 are checked. Throws `usage` for a name that is not registered or has no files, and `data` for a file that is not
 * there or not as it was published.
 */
export async function datasetFromFiles(
  name: string,
  read: ReadDataFile,
  { cut = false }: DatasetFilesOptions = {},
): Promise<Dataset> {
  const info = datasetInfo(name);
  const { archive } = info;
  if (!archive) {
    const rule = "must be one that files make";
    return fail("usage", "data set", { rule, got: name, remedy: "Call syntheticDataset, which makes it" });
  }
  if (cut && archive.format !== "idx") {
    const remedy = "Leave out cut, and train on fewer rows with splitTrain";
    fail("usage", "cut", { rule: "needs IDX files, which say how many images they hold", got: name, remedy });
  }
  const part = async (files: readonly DataFile[]) => {
    const found = await Promise.all(files.map((file) => readFile(read, file, cut)));
    return archiveTable(archive.format, found, info);
  };
  const [train, test] = await Promise.all([part(archive.train), part(archive.test)]);
  const dataset = { ...describe(info), train, test };
  return cut ? { ...dataset, name: await cutName(dataset, info) } : dataset;
}

async function readFile(read: ReadDataFile, file: DataFile, cut: boolean): Promise<NamedBytes> {
  for (const where of plainSpellings(file)) {
    const bytes = await read(where);
    if (!bytes) continue;
    const checked = cut ? unpack(WEB, where, { bytes, most: file.bytes }) : verifyFile(WEB, where, { bytes, file });
    return { where, bytes: await checked };
  }
  const remedy = `It may also be called ${plainSpellings(file).slice(1).join(", ")}`;
  return fail("data", file.name, { rule: "is not there", remedy });
}

/** The name with the SHA-256 of counts, images and labels behind it; copied, for the host hashes no shared memory. */
async function cutName({ name, train, test }: Dataset, { images }: DatasetInfo): Promise<string> {
  for (const [part, { count }] of [
    ["train", train],
    ["test", test],
  ] as const) {
    if (count <= images[part]) continue;
    fail("data", name, { rule: `has ${images[part]} images to ${part} on at most`, got: count });
  }
  const digests = [train, test].flatMap((table) =>
    ["images", "labels"].map(async (column) => WEB.sha256((columnOf(table, column).data as Uint8Array).slice())),
  );
  const text = [train.count, test.count, ...(await Promise.all(digests))].join(" ");
  return `${name}#${await WEB.sha256(new TextEncoder().encode(text))}`;
}

/** Reads files from a folder's address; those that the server does not have are undefined. Throws `data` on other answers. */
export function filesIn(folder: string | URL): ReadDataFile {
  const place = String(folder).replace(/\/?$/, "/");
  return async (name) => {
    const response = await fetch(place + name);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    if (response.status === 404 || response.status === 410) return undefined;
    return fail("data", place + name, { rule: `the server answers ${response.status}` });
  };
}
