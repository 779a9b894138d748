/** Reads the files of a data set out of a tar archive, packed or not. */

import { basename } from "node:path";
import { list, type ReadEntry } from "tar";
import { fail } from "../../base/errors.ts";
import type { FilePlace } from "./files.ts";

/**
 * The files in the archive at `path` whose names are in `wanted`, whatever folders they are in, unpacked into memory; beside
 * each name stand the most bytes that it may have. Throws `data` naming `where` (default the path) if the archive is
 * damaged, cut short or out of reach, or one of them is larger.
 */
export async function archivePlace(
  path: string,
  wanted: ReadonlyMap<string, number>,
  where = path,
): Promise<FilePlace> {
  const files = new Map<string, Promise<Uint8Array>>();
  const large: string[] = [];
  const onReadEntry = (entry: ReadEntry) => {
    const name = basename(entry.path);
    const most = wanted.get(name);
    if (most === undefined) return;
    if (entry.size > most) large.push(`${name} of ${entry.size} bytes where there can be ${most}`);
    else files.set(name, entry.concat());
  };
  await list({ file: path, strict: true, onReadEntry }).catch((cause) =>
    fail("data", where, {
      rule: `is damaged, cut short, or no tar archive (${cause.message})`,
      remedy: "Get it again",
    }),
  );
  if (large.length > 0)
    fail("data", where, {
      rule: "holds other files than those of the data set",
      got: large[0],
      remedy: "Get it again",
    });
  return { where: (name) => `${where}: ${name}`, read: async (name) => files.get(name) };
}
