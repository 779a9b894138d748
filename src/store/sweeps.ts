/** `sweeps/<id>.json`: the runs of a sweep, with the options in which they differ. */

import { join } from "node:path";
import { z } from "zod";
import { fail, TombolaError } from "../base/errors.ts";
import { hashJson } from "../base/hash.ts";
import { listNames, readTextIfThere, remove, writeAtomic } from "./files.ts";
import type { StoredFile } from "./seal.ts";
import { decodeSealed, encodeSealed } from "./sealed-json.ts";
import type { Sweep, SweepStore } from "./store.ts";

const ID = /^sweep-[0-9a-f]{10}$/;
const RUN_ID = /^[a-z0-9][a-z0-9-]*-[0-9a-f]{10}$/;
const SWEEP = z.object({
  id: z.string().regex(ID),
  study: z.string(),
  swept: z.record(z.string(), z.array(z.unknown())),
  cells: z.array(z.object({ options: z.record(z.string(), z.unknown()), run: z.string().regex(RUN_ID) })),
});
const REMEDY = "Delete it, then run the same command again: its runs are kept";

/** Whether a text is the id of a sweep. */
export function isSweepId(text: string): boolean {
  return ID.test(text);
}

/** The sweeps of the store in the folder `dir`; `onNote` learns of those left out of a list. */
export function sweepStore(dir: string, onNote: (note: string) => void): SweepStore {
  const fileOf = (id: string): StoredFile => ({ kind: "sweep", key: id, path: join(dir, "sweeps", `${id}.json`) });
  const read = async (id: string): Promise<Sweep> => {
    const file = fileOf(id);
    const { success, data } = SWEEP.safeParse(decodeSealed((await readTextIfThere(file.path)) ?? "", file, REMEDY));
    if (success && data.id === id) return data;
    return fail("store", file.path, { rule: "must list the runs of a sweep", remedy: REMEDY });
  };
  return {
    async createSweep(sweep) {
      const id = `sweep-${hashJson(sweep).slice(0, 10)}`;
      const file = fileOf(id);
      const made = { id, ...sweep };
      await writeAtomic(file.path, encodeSealed(file, JSON.stringify(made, null, 2)));
      return made;
    },
    async listSweeps() {
      const ids = (await listNames(join(dir, "sweeps"))).map((name) => name.replace(/\.json$/, "")).filter(isSweepId);
      const readable = (id: string) =>
        read(id).catch((error) => {
          if (!(error instanceof TombolaError)) throw error;
          onNote(`${error.message}; it is left out`);
          return null;
        });
      return (await Promise.all(ids.map(readable))).filter((sweep) => sweep !== null);
    },
    readSweep: read,
    removeSweep: async (id) => remove(fileOf(id).path),
  };
}
