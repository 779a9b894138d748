/** Reads the files of a data set out of a tar archive, packed or not. */

import { basename } from "node:path";
import { list, type ReadEntry } from "tar";
import { fail } from "../../base/errors.ts";
import type { FilePlace } from "./files.ts";

/**
 * The files called one of `names` in the archive at `path`, whatever folders they are in, unpacked into memory.
 * Throws `data` naming `where` (default the path) if the archive is damaged, cut short or out of reach.
 */
export async function archivePlace(path: string, names: readonly string[], where = path): Promise<FilePlace> {
  const wanted = new Set(names);
  const files = new Map<string, Promise<Uint8Array>>();
  const onReadEntry = (entry: ReadEntry) => {
    const name = basename(entry.path);
    if (wanted.has(name)) files.set(name, entry.concat());
  };
  await list({ file: path, strict: true, onReadEntry }).catch((cause) =>
    fail("data", where, {
      rule: `is damaged, cut short, or no tar archive (${cause.message})`,
      remedy: "Get it again",
    }),
  );
  return { where: (name) => `${where}: ${name}`, read: async (name) => files.get(name) };
}
