/** Which store a command means. */

import { dirname, join, resolve } from "node:path";
import { fail } from "../../base/errors.ts";
import { exists } from "../../store/files.ts";
import { openStore } from "../../store/open.ts";
import type { Store } from "../../store/store.ts";
import type { SharedOptions } from "./options.ts";
import { say, warning } from "./output.ts";

/** The store's folder: `--store`, else the environment variable TOMBOLA_STORE, else `tombola-store` here. */
export function storeFolder({ store }: SharedOptions): string {
  return resolve(store ?? (process.env.TOMBOLA_STORE || "tombola-store"));
}

/** Whether a folder is a store already; `store` error where it is out of reach. */
export function isStore(dir: string): Promise<boolean> {
  return exists(join(dir, "store.json"));
}

const TOLD = { onNote: (note: string) => say(warning(note)), elsewhere: "another folder with --store" };

/** Opens the store to write to, making it where there is none. */
export function writableStore(options: SharedOptions): Promise<Store> {
  return openStore(storeFolder(options), TOLD);
}

/** Opens a store that must exist, so that looking for one does not make one; older versions only to read. */
export async function existingStore(options: SharedOptions, { readOnly = true } = {}): Promise<Store> {
  const dir = storeFolder(options);
  if (await isStore(dir)) return openStore(dir, { readOnly, ...TOLD });
  return fail("store", dir, {
    rule: "no store is here",
    remedy: "Name its folder with --store; `tombola run` makes one",
  });
}

/** The path of a place to write to, as `--to` or another option names it; throws `usage` where it lies in a store, whose files are its own. */
export async function outsideStores(to: string, field = "to"): Promise<string> {
  const path = resolve(to);
  for (let dir = path; ; dir = dirname(dir)) {
    if (await isStore(dir).catch(() => false))
      fail("usage", field, { rule: "must lie outside of a store", got: to, remedy: "Name another place" });
    if (dir === dirname(dir)) return path;
  }
}
