/** Reader of NPZ, NumPy's ZIP archives of arrays: `x.npy` in it is the array `x`. */

import { fail } from "../../base/errors.ts";
import { openZip, type Zip, type ZipMember } from "../../base/zip.ts";
import { checkExpansion, checkFits } from "../files/memory.ts";
import { openRegular, readPart } from "../files/regular.ts";
import { type NpArray, readNpy } from "./npy.ts";

/** Arrays that an archive may hold: a data set takes four. */
const MOST_ENTRIES = 1000;

/** Of the names of all arrays those that are to be read. */
type Choose = (names: readonly string[]) => readonly string[];

/**
 * Those arrays of the archive at `path` that `choose` takes of all their names. Throws `data` naming the file and the array
 * on an archive that is damaged, on one that would unpack to more than memory holds or 500 times its size, and as `readNpy`.
 */
export async function readNpz(path: string, choose: Choose): Promise<Map<string, NpArray>> {
  const { file, bytes: size } = await openRegular(path);
  try {
    const read = (start: number, end: number) => readPart(path, file, { start, end });
    return await readChosen(path, await openZip({ size, read }, { where: path, remedy: REMEDY }), choose);
  } finally {
    await file.close();
  }
}

const REMEDY = "Save it with numpy.savez";

async function readChosen(path: string, zip: Zip, choose: Choose): Promise<Map<string, NpArray>> {
  if (zip.size > MOST_ENTRIES)
    fail("data", path, {
      rule: `must hold ${MOST_ENTRIES} arrays at most`,
      got: zip.size,
      remedy: "Save what is learnt from alone",
    });
  const members = new Map<string, ZipMember>();
  for (const [entry, member] of zip) {
    const name = entry.replace(/\.npy$/, "");
    if (members.has(name)) fail("data", path, { rule: "must hold an array once", got: name, remedy: "Save it again" });
    members.set(name, member);
  }
  const chosen = choose([...members.keys()]).map((name) => [name, members.get(name)!] as const);
  const sizes = chosen.map(([, { size }]) => size);
  checkFits(path, sizes, { what: `its arrays ${chosen.map(([name]) => name).join(", ")}`, remedy: "Save fewer rows" });
  const arrays = new Map<string, NpArray>();
  for (const [name, { packed, size, read }] of chosen) {
    const where = `${path}: ${name}`;
    checkExpansion(where, { packed, unpacked: size });
    arrays.set(name, readNpy(where, await read()));
  }
  return arrays;
}
