/** Where text data sets lie on this machine: below the folder that the user named, else in the cache. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../../../base/errors.ts";
import { cacheFolder } from "../../fetch/sources.ts";
import type { LoadOptions } from "../../source/source.ts";
import { unofficial } from "../official.ts";
import { readText, type TextFile } from "./text-file.ts";

/** What is looked for. */
export interface Wanted {
  /** How messages name the data set. */
  readonly name: string;
  /** The folder of the set's archive, and those that may hold it. */
  readonly folder: string;
  readonly within: readonly string[];
  /** Names of its files; of several lists the first of which all are there. */
  readonly files: readonly (readonly string[])[];
}

/** Files by name, in the order asked for. */
export type Found = ReadonlyMap<string, TextFile>;

/**
 * The files of a data set, each plain or packed as `NAME.gz`, from the only folder that the user named (`dataDir`, TOMBOLA_DATA)
 * or from the cache: there in the set's own folder, in one of `within`, or beside each other. Other bytes than the official
 * ones are told. Throws `data` with the places where files are missing.
 */
export async function findTexts(wanted: Wanted, { dataDir, onNotice }: LoadOptions): Promise<Found> {
  const root = dataDir ?? process.env.TOMBOLA_DATA;
  const roots = root ? [root] : [cacheFolder("text")];
  const places = roots.flatMap((place) => placesIn(place, wanted));
  for (const folder of places)
    for (const names of wanted.files) {
      const paths = await Promise.all(names.map((name) => pathOf(folder, name)));
      if (paths.every((path) => path !== undefined)) return readAll(wanted, { names, paths, onNotice });
    }
  const listed = wanted.files.map((names) => names.join(", ")).join(" or ");
  const rule = `its files ${listed} are in none of ${places.join(", ")}`;
  const remedy = "Put them there, plain or .gz, or name the folder that holds them as dataDir";
  return fail("data", wanted.name, { rule, remedy, fields: ["dataDir"] });
}

function placesIn(root: string, { folder, within }: Wanted): string[] {
  return [...within.map((parent) => join(root, parent, folder)), join(root, folder), root];
}

/** The path of a file under either of its spellings; undefined where it is not there. */
async function pathOf(folder: string, name: string): Promise<string | undefined> {
  for (const spelt of [name, `${name}.gz`]) {
    const path = join(folder, spelt);
    if (
      await stat(path).then(
        (found) => !found.isDirectory(),
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

interface Paths {
  readonly names: readonly string[];
  readonly paths: readonly (string | undefined)[];
  readonly onNotice: LoadOptions["onNotice"];
}

async function readAll({ folder }: Wanted, { names, paths, onNotice }: Paths): Promise<Found> {
  const files = await Promise.all(paths.map((path) => readText(path!)));
  for (const [i, file] of files.entries()) {
    const note = unofficial(`${folder}/${names[i]}`, file);
    if (note !== undefined) onNotice?.(note);
  }
  return new Map(names.map((name, i) => [name, files[i]!]));
}
