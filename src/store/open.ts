/** Opens a store: a folder marked by `store.json`, made where there is nothing, refused where there is something else. */

import { join, resolve } from "node:path";
import { z } from "zod";
import { fail } from "../base/errors.ts";
import { artifactStore, removeFinishedPartials } from "./artifacts.ts";
import { listNames, readTextIfThere, removeLeftovers, writeAtomic } from "./files.ts";
import { fromJson } from "./json.ts";
import { runStore } from "./runs.ts";
import type { Store } from "./store.ts";

const MARK = "store.json";
const FORMAT = "tombola-store";
const VERSION = 1;
const HEADER = z.object({ format: z.literal(FORMAT), version: z.number().int().min(1) });

/**
 * Opens the store in a folder, making it if that is missing or empty, and clears what dead processes left.
 * `store` error, with nothing touched, for a folder of other things, a store of a newer version, or one out of reach.
 */
export async function openStore(folder: string): Promise<Store> {
  const dir = resolve(folder);
  const names = await listNames(dir);
  if (names.includes(MARK)) await checkMark(join(dir, MARK));
  else if (names.length === 0)
    await writeAtomic(join(dir, MARK), `${JSON.stringify({ format: FORMAT, version: VERSION })}\n`);
  else refuse(dir, names);
  await removeLeftovers(dir);
  // A store may be read where it cannot be written; what writes says so itself.
  await removeFinishedPartials(dir).catch(() => {});
  return { dir, ...artifactStore(dir), ...runStore(dir) };
}

async function checkMark(path: string): Promise<void> {
  const remedy = "Restore the file, or choose another folder with --store";
  const { success, data } = HEADER.safeParse(fromJson((await readTextIfThere(path)) ?? "null", path, remedy));
  if (!success) fail("store", path, { rule: `must hold {"format":"${FORMAT}","version":N}`, remedy });
  if (data.version > VERSION) {
    const remedy = "Install a newer tombola-lab, or choose another folder with --store";
    fail("store", path, { rule: `this tombola knows store versions to ${VERSION}`, got: data.version, remedy });
  }
}

function refuse(dir: string, names: readonly string[]): never {
  const got = names.slice(0, 3).join(", ") + (names.length > 3 ? ", ..." : "");
  fail("store", dir, { rule: "a store needs an empty folder", got, remedy: "Choose another folder with --store" });
}
