/** Keys of artifacts as text, and `runs/<id>/keys`: every key that a run has asked for, one a line, only appended to. */

import { fail } from "../base/errors.ts";
import { appendFlushed, readTextIfThere } from "./files.ts";
import type { RunStore } from "./store.ts";

const KEY = /^[0-9a-f]{64}$/;

/** Whether a text is a key. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** The key itself; `store` error for what is none. */
export function checkKey(key: string): string {
  return isKey(key) ? key : fail("store", "key", { rule: "must be 64 hexadecimal digits", got: key });
}

/** The lists of all runs; `pathOf` a run's id is where its list is. */
export function keyLists(pathOf: (id: string) => string): Pick<RunStore, "appendKeys" | "readKeys"> {
  const written = new Map<string, Set<string>>();
  const turns = new Map<string, Promise<void>>();
  const read = async (id: string) => (await readTextIfThere(pathOf(id))) ?? "";
  const append = async (id: string, keys: readonly string[]) => {
    const text = written.has(id) ? "" : await read(id);
    const before = written.get(id) ?? new Set(keysOf(text));
    const fresh = [...new Set(keys)].filter((key) => !before.has(key));
    // Forgotten until the write is through: one that fails half-way leaves a torn line, to be looked at again.
    written.delete(id);
    const torn = text !== "" && !text.endsWith("\n");
    if (fresh.length > 0) await appendFlushed(pathOf(id), (torn ? "\n" : "") + fresh.map((key) => `${key}\n`).join(""));
    for (const key of fresh) before.add(key);
    written.set(id, before);
  };
  return {
    appendKeys(id, keys) {
      const turn = (turns.get(id) ?? Promise.resolve()).then(() => append(id, keys.map(checkKey)));
      turns.set(
        id,
        turn.catch(() => {}),
      );
      return turn;
    },
    readKeys: async (id) => [...new Set(keysOf(await read(id)))],
  };
}

/** A line that a killed process tore is no key. */
function keysOf(text: string): string[] {
  return text.split("\n").filter(isKey);
}
