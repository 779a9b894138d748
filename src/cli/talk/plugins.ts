/** `--plugin`: files that bring models, data sets, studies and more, for this command alone. */

import type { Command } from "commander";
import { splitVersion } from "../../base/registry.ts";
import { missingPlugins } from "../../plugin/used.ts";
import { openStore } from "../../store/open.ts";
import type { Run } from "../../store/store.ts";
import { isStore, storeFolder } from "./folder.ts";
import { say } from "./output.ts";

/** Adds the option, which every verb understands. */
export function addPlugins(program: Command): void {
  const description =
    "load what a file brings: models, data sets, scores, tasks, studies, schedules, optimizers (repeatable)";
  const collect = (file: string, before: readonly string[]) => [...before, file];
  program.option("--plugin <file>", description, collect, [] as readonly string[]);
  program.configureHelp({ showGlobalOptions: true });
}

/** The files that a command line names, each once; nothing else is read from it. */
export function namedPlugins(program: Command, words: readonly string[]): readonly string[] {
  program.parseOptions([...words]);
  const files = program.getOptionValue("plugin") as readonly string[];
  program.setOptionValue("plugin", []);
  return [...new Set(files)];
}

/** Says of which plug-in a word of a refused command was, where a run of the store was made with one that is not loaded. */
export async function hintAtPlugins(words: readonly string[]): Promise<void> {
  try {
    const at = words.indexOf("--store");
    const dir = storeFolder(at < 0 ? {} : { store: words[at + 1]! });
    if (!(await isStore(dir))) return;
    for (const run of await (await openStore(dir, { readOnly: true })).listRuns()) {
      const [missing] = missingPlugins(run);
      const word = missing && words.find((each) => namesOf(run).includes(each));
      if (!word) continue;
      const { name, sha256 } = missing;
      return say(
        `${word} was of the plug-in ${name} with SHA-256 ${sha256} in ${run.id}: name it with --plugin ${name}`,
      );
    }
  } catch {
    // The error itself has been told.
  }
}

/** What a run may have been asked for by: its study, and the names of what was brought. */
function namesOf({ study, spec }: Run): readonly string[] {
  const texts: string[] = [study];
  const walk = (value: unknown): void => {
    if (typeof value === "string" && value.includes("@")) texts.push(splitVersion(value.replace(/\?.*/s, "")).base);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
  };
  walk(spec);
  return texts;
}
