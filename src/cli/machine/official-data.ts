/** What `tombola data` does for data sets that are read from their official files. */
import { fail } from "../../base/errors.ts";
import { downloadOfficial, foldersOf, holds } from "../../dataset/official/files.ts";
import { OFFICIAL_NAMES, type OfficialSet, officialSet } from "../../dataset/official/sets.ts";
import { talking } from "../talk/download-talk.ts";
import type { SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";

/** Where the files of a set are; they are checked when they are read. */
export interface OfficialState {
  readonly name: string;
  readonly state: "here" | "absent";
  readonly folder: string | null;
}

/** Of all sets that come as files; folders of pictures are the user's own. */
export async function officialStates(dataDir?: string): Promise<OfficialState[]> {
  const sets = OFFICIAL_NAMES.map((name) => officialSet(name)!).filter(({ downloads }) => downloads.length > 0);
  return Promise.all(sets.map((set) => stateOf(set, dataDir)));
}

async function stateOf(set: OfficialSet, dataDir?: string): Promise<OfficialState> {
  for (const folder of foldersOf(set, dataDir))
    if (await holds(set, folder)) return { name: set.name, state: "here", folder };
  return { name: set.name, state: "absent", folder: null };
}

/** Gets the files of a set into the cache. Throws `usage` for one that has none to get, and for another way than its home. */
export async function getOfficial(
  set: OfficialSet,
  options: SharedOptions & { readonly from?: string },
): Promise<void> {
  const { name, downloads } = set;
  if (downloads.length === 0) {
    const remedy = `Unpack it into a folder, and name that as dataDir`;
    fail("usage", name, { rule: "is a folder of pictures, there is nothing to get", remedy, fields: ["dataDir"] });
  }
  if (options.from !== undefined && options.from !== "official") {
    const remedy = "Files that you have are found in the folder that dataDir names";
    fail("usage", "from", { rule: `of ${name} must be official`, got: options.from, remedy, fields: ["dataDir"] });
  }
  const [folder] = foldersOf(set);
  if (!(await holds(set, folder!)))
    await talking(options, (listeners) => downloadOfficial(set, { folder: folder!, ...listeners }));
  const state = await stateOf(set);
  if (options.json) return printJson(state);
  print(`${name}: ${set.downloads.map(({ file }) => file).join(", ")} in ${state.folder}`);
}
