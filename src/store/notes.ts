/** `runs/<id>/note.json`: the name, tags and note that people give a run. They may hold any character. */

import { z } from "zod";
import { fail } from "../base/errors.ts";
import { readTextIfThere, writeAtomic } from "./files.ts";
import type { StoredFile } from "./seal.ts";
import { decodeSealed, encodeSealed } from "./sealed-json.ts";
import type { RunNote, RunStore } from "./store.ts";

const NOTE = z.object({
  name: z.string().exactOptional(),
  tags: z.array(z.string()),
  note: z.string().exactOptional(),
});
const REMEDY = "Delete it, then write the note again";

/** The notes of all runs; `pathOf` a run's id is where its note is. */
export function noteStore(pathOf: (id: string) => string): Pick<RunStore, "readNote" | "writeNote"> {
  const fileOf = (id: string): StoredFile => ({ kind: "note", key: id, path: pathOf(id) });
  return {
    async readNote(id) {
      const file = fileOf(id);
      const text = await readTextIfThere(file.path);
      if (text === null) return { tags: [] };
      const { success, data } = NOTE.safeParse(decodeSealed(text, file, REMEDY));
      return success ? data : fail("store", file.path, { rule: "must be a note of a run", remedy: REMEDY });
    },
    async writeNote(id, note: RunNote) {
      const file = fileOf(id);
      await writeAtomic(file.path, encodeSealed(file, JSON.stringify(note)));
    },
  };
}
