/** `tombola data`: which data sets are on this machine, and getting those that are not. */

import type { Command } from "commander";
import { fail } from "../../base/errors.ts";
import { attributionOf } from "../../dataset/attributions.ts";
import { download } from "../../dataset/fetch/download.ts";
import { archiveDigest, checkFolder } from "../../dataset/fetch/files.ts";
import { cacheFolder, findFolder } from "../../dataset/fetch/sources.ts";
import { officialSet } from "../../dataset/official/sets.ts";
import { type DatasetInfo, datasetInfo, datasetNames } from "../../dataset/registry.ts";
import { text } from "../../study/option.ts";
import { talking } from "../talk/download-talk.ts";
import { addOption, addShared, type SharedOptions } from "../talk/options.ts";
import { EXIT, print, printJson, say } from "../talk/output.ts";
import { table } from "../talk/table.ts";
import { getOfficial, officialStates } from "./official-data.ts";

/** A data set on this machine. */
export interface DataState extends Pick<DatasetInfo, "name" | "images" | "shape" | "classes"> {
  /** Whose work it is and under which terms. */
  readonly attribution: string;
  readonly state: "verified" | "damaged" | "absent" | "made by a program";
  readonly folder: string | null;
  /** Of the lines which `sha256sum` prints for its files, where these were read and found right. */
  readonly sha256: string | null;
  /** What is wrong with it. */
  readonly problem: string | null;
}

interface GetOptions extends SharedOptions {
  readonly from?: string;
}

/** Adds the verb. */
export function addData(program: Command): void {
  const data = program.command("data").description("data sets: list what is here, get what is not");
  const list = data.command("list").description("all data sets: where they are and whether their checksums are right");
  addShared(list, "dataDir", "json").action(listAll);
  const get = data
    .command("get")
    .argument("<name>", "such as cifar10")
    .description("get a data set, check it and keep it for all runs; continues what was interrupted");
  const from = "official, npm, or the path of a folder or a tar archive (default: official, then npm)";
  addOption(get, "--from <where>", from, text);
  addShared(get, "json", "quiet").action(getOne);
}

async function listAll({ dataDir, json }: SharedOptions): Promise<void> {
  const states: DataState[] = [];
  for (const name of datasetNames) states.push(await dataState(datasetInfo(name), dataDir));
  const official = await officialStates(dataDir);
  if (json) return printJson([...states, ...official]);
  print(table(["name", "images", "shape", "state", "sha256", "folder"], states.map(cells)));
  print("\nRead from their official files, and checked then:");
  print(
    table(
      ["name", "state", "folder"],
      official.map(({ name, state, folder }) => [name, state, folder ?? "-"]),
    ),
  );
  for (const { problem } of states) if (problem) say(problem);
}

function cells({ name, images, shape, state, sha256, folder }: DataState): string[] {
  const counts = `${images.train}/${images.test}`;
  return [name, counts, shape.join("x"), state, sha256?.slice(0, 12) ?? "-", folder ?? "-"];
}

/** Looks for a data set and reads and checks all of its files. */
export async function dataState(info: DatasetInfo, dataDir?: string): Promise<DataState> {
  const { name, images, shape, classes, archive } = info;
  const attribution = attributionOf(name);
  const nothing = { ...{ name, images, shape, classes, attribution }, folder: null, sha256: null, problem: null };
  if (!archive) return { ...nothing, state: "made by a program" };
  // A folder that the user named and that holds other data sets is no problem of this one.
  const folder = await findFolder(name, archive, dataDir).catch(() => undefined);
  if (!folder) return { ...nothing, state: "absent" };
  try {
    await checkFolder(folder, archive);
    return { ...nothing, state: "verified", folder, sha256: archiveDigest(archive) };
  } catch (error) {
    return { ...nothing, state: "damaged", folder, problem: (error as Error).message };
  }
}

async function getOne(name: string, options: GetOptions): Promise<void> {
  const official = officialSet(name);
  if (official) return getOfficial(official, options);
  const info = datasetInfo(name);
  const { archive } = info;
  if (!archive) return fail("usage", name, { rule: "is made by a program, there is nothing to get" });
  const folder = cacheFolder(name);
  const { from } = options;
  const found = from === undefined ? await findFolder(name, archive) : folder;
  if (found === undefined || found === folder) {
    await talking(options, (listeners) => download(name, archive, { folder, ...(from ? { from } : {}), ...listeners }));
  }
  const state = await dataState(info, found ?? folder);
  if (state.problem) process.exitCode = EXIT.failed;
  if (options.json) return printJson(state);
  if (state.problem) return say(state.problem);
  const { images, sha256 } = state;
  print(
    `${name}: ${images.train} training and ${images.test} test images in ${state.folder}, SHA-256 ${sha256!.slice(0, 12)}`,
  );
}
