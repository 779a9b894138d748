/**
 * Keys of artifacts as text, and `runs/<id>/keys`: every key that a run has asked for, only appended to, one a line with the
 * beginning of its checksum. Lines from before there were checksums are keys alone, and come before all others.
 */

import { fail } from "../base/errors.ts";
import { appendFlushed, readTextIfThere } from "./files.ts";
import { beginSeal } from "./seal.ts";
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
    const before = written.get(id) ?? new Set(readLines(id, text).keys);
    const fresh = [...new Set(keys)].filter((key) => !before.has(key));
    // Forgotten until the write is through: one that fails half-way leaves a torn line, to be looked at again.
    written.delete(id);
    const torn = text !== "" && !text.endsWith("\n");
    const lines = fresh.map((key) => `${lineOf(id, key)}\n`).join("");
    if (fresh.length > 0) await appendFlushed(pathOf(id), (torn ? "\n" : "") + lines);
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
    readKeys: async (id) => [...new Set(readLines(id, await read(id)).keys)],
  };
}

/** Digits of the checksum that a line has. */
const SEAL = 16;
/** What a kill may leave of a line. */
const TORN = new RegExp(`^[0-9a-f]{1,64}$|^[0-9a-f]{64} [0-9a-f]{0,${SEAL - 1}}$`);

function lineOf(id: string, key: string): string {
  return `${key} ${beginSeal({ kind: "keys", key: id }).update(key).digest("hex").slice(0, SEAL)}`;
}

/** The keys that a run's list has, each as often as it is there, and the lines that neither are whole nor were torn by a kill. */
export function readLines(id: string, text: string): { readonly keys: string[]; readonly damaged: string[] } {
  const keys: string[] = [];
  const damaged: string[] = [];
  // What a sealed line that was cut behind its key leaves is a key alone too: it comes later, or does not end its line.
  let sealed = false;
  for (const [line, end] of [...text.matchAll(/([^\n]+)(\n?)/g)].map(([, line, end]) => [line!, end!] as const)) {
    const whole = line === lineOf(id, line.slice(0, 64));
    sealed ||= whole;
    if (whole || (isKey(line) && !sealed && end === "\n")) keys.push(line.slice(0, 64));
    else if (!TORN.test(line)) damaged.push(line);
  }
  return { keys, damaged };
}
