/** Which store a command means. */

import { join, resolve } from "node:path";
import { fail } from "../../base/errors.ts";
import { exists } from "../../store/files.ts";
import { openStore } from "../../store/open.ts";
import type { Store } from "../../store/store.ts";
import type { SharedOptions } from "./options.ts";

/** The store's folder: `--store`, else the environment variable TOMBOLA_STORE, else `tombola-store` here. */
export function storeFolder({ store }: SharedOptions): string {
  return resolve(store ?? (process.env.TOMBOLA_STORE || "tombola-store"));
}

/** Whether a folder is a store already; `store` error where it is out of reach. */
export function isStore(dir: string): Promise<boolean> {
  return exists(join(dir, "store.json"));
}

/** Opens a store that must exist, so that looking for one does not make one. */
export async function existingStore(options: SharedOptions): Promise<Store> {
  const dir = storeFolder(options);
  if (await isStore(dir)) return openStore(dir);
  return fail("store", dir, {
    rule: "no store is here",
    remedy: "Name its folder with --store; `tombola run` makes one",
  });
}
