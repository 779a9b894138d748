/** Reader of NPZ, NumPy's zip archives of arrays: `x.npy` in it is the array `x`. */

import { buffer as whole } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { type Entry, fromFdPromise, type ZipFile } from "yauzl";
import { fail, TombolaError } from "../../base/errors.ts";
import { checkExpansion, checkFits } from "../files/memory.ts";
import { openRegular } from "../files/regular.ts";
import { type NpArray, readNpy } from "./npy.ts";

/** Arrays that an archive may hold: a data set takes four. */
const MOST_ENTRIES = 1000;

/**
 * Those arrays of the archive at `path` that `choose` takes of all their names. Throws `data` naming the file and the array
 * on an archive that is damaged, on one that would unpack to more than memory holds or 500 times its size, and as `readNpy`.
 */
export async function readNpz(
  path: string,
  choose: (names: readonly string[]) => readonly string[],
): Promise<Map<string, NpArray>> {
  const { file } = await openRegular(path);
  try {
    const zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false });
    return await readChosen(path, zip, choose);
  } catch (cause) {
    if (cause instanceof TombolaError) throw cause;
    const rule = `is damaged, cut short, or no zip archive (${(cause as Error).message})`;
    return fail("data", path, { rule, remedy: "Save it with numpy.savez" });
  } finally {
    await file.close();
  }
}

async function readChosen(path: string, zip: ZipFile, choose: (names: readonly string[]) => readonly string[]) {
  if (zip.entryCount > MOST_ENTRIES)
    fail("data", path, {
      rule: `must hold ${MOST_ENTRIES} arrays at most`,
      got: zip.entryCount,
      remedy: "Save what is learnt from alone",
    });
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.replace(/\.npy$/, "");
    if (entries.has(name)) fail("data", path, { rule: "must hold an array once", got: name, remedy: "Save it again" });
    entries.set(name, entry);
  }
  const chosen = choose([...entries.keys()]).map((name) => [name, entries.get(name)!] as const);
  const sizes = chosen.map(([, { uncompressedSize }]) => uncompressedSize);
  checkFits(path, sizes, { what: `its arrays ${chosen.map(([name]) => name).join(", ")}`, remedy: "Save fewer rows" });
  const arrays = new Map<string, NpArray>();
  for (const [name, entry] of chosen)
    arrays.set(name, readNpy(`${path}: ${name}`, await bytesOf(`${path}: ${name}`, zip, entry)));
  return arrays;
}

async function bytesOf(where: string, zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const { compressedSize: packed, uncompressedSize: unpacked, crc32: expected } = entry;
  checkExpansion(where, { packed, unpacked });
  // Sizes that are wrong are refused as soon as there is a byte too many.
  const bytes = await whole(await zip.openReadStreamPromise(entry));
  if (crc32(bytes) >>> 0 !== expected >>> 0)
    fail("data", where, { rule: "is damaged: its checksum is another", remedy: "Save it again" });
  return bytes;
}
