/** `--plugin`: files that bring models, data sets, studies and more, for this command alone. */

import type { Command } from "commander";
import { missingPlugins } from "../../plugin/used.ts";
import { openStore } from "../../store/open.ts";
import type { Run, RunPlugin } from "../../store/store.ts";
import { findStudy } from "../../study/registry.ts";
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
    for (const run of await (await openStore(dir, { readOnly: true })).listRuns())
      for (const plugin of missingPlugins(run)) {
        const word = words.find((each) => namesOf(run, plugin).includes(each));
        if (word === undefined) continue;
        const { name, sha256 } = plugin;
        return say(
          `${word} was of the plug-in ${name} with SHA-256 ${sha256} in ${run.id}: name it with --plugin ${name}`,
        );
      }
  } catch {
    // The error itself has been told.
  }
}

/** The names that a plug-in brought to a run; where its study is not known here, that may be one. */
function namesOf({ study, spec }: Run, { sha256 }: RunPlugin): readonly string[] {
  const names = findStudy(study) ? [] : [study];
  for (const [, name] of JSON.stringify(spec).matchAll(new RegExp(`([\\w.+-]+)@${sha256}`, "g"))) names.push(name!);
  return names;
}
