/** Files below a folder, or in a ZIP archive, by their paths there. */

import { readdir } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { openZip } from "../../base/zip.ts";
import { openRegular, readPart, readRegular } from "../files/regular.ts";

/** What holds files by path, `/` between folders. */
export interface Tree {
  /** Sorted. */
  readonly paths: readonly string[];
  read(path: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** All files below the folder at `path`; paths begin with its own name. */
export async function folderTree(path: string): Promise<Tree> {
  const found = await readdir(path, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  const at = new Map(
    files.map((entry) => {
      const full = join(entry.parentPath, entry.name);
      return [[basename(path), ...full.slice(path.length + 1).split(sep)].join("/"), full] as const;
    }),
  );
  return { paths: [...at.keys()].sort(), read: (name) => readRegular(at.get(name)!), close: async () => {} };
}

/** All files of the ZIP archive at `path`; whoever opens it closes it. */
export async function zipTree(path: string): Promise<Tree> {
  const { file, bytes: size } = await openRegular(path);
  const read = (start: number, end: number) => readPart(path, file, { start, end });
  const zip = await openZip({ size, read }, { where: path, remedy: "Get the file again" }).catch(async (error) => {
    await file.close();
    throw error;
  });
  const paths = [...zip.keys()].filter((name) => !name.endsWith("/")).sort();
  return { paths, read: (name) => zip.get(name)!.read(), close: () => file.close() };
}
