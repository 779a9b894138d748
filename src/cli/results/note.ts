/** `tombola note`: the name, tags and note of a run. */

import type { Command } from "commander";
import { changeNote, type NoteChanges } from "../../app/notes.ts";
import { existingStore } from "../talk/folder.ts";
import { addOption, addShared, type SharedOptions } from "../talk/options.ts";
import { oneLine, print, printJson } from "../talk/output.ts";
import { addRepeated } from "../talk/repeated.ts";

/** Adds the verb. */
export function addNote(program: Command): void {
  const command = program
    .command("note")
    .description("name a run, tag it and write a note beside it; without options show these")
    .argument("<run>", "the run's id or its beginning")
    .action(note);
  addNoteOptions(command);
  addRepeated(command, "--untag <tag>", "take a tag away (repeatable)");
  addShared(command, "store", "json");
}

/** Adds `--name`, `--tag` and `--note`, which are no part of a run's specification or id. */
export function addNoteOptions(command: Command): void {
  const any = (text: string) => text;
  addOption(command, "--name <text>", "what to call the run; empty for nothing", any);
  addRepeated(command, "--tag <text>", "a tag to find the run by (repeatable)");
  addOption(command, "--note <text>", "a note beside the run; empty for nothing", any);
}

async function note(name: string, options: SharedOptions & NoteChanges): Promise<void> {
  const isChange = (["name", "note", "tag", "untag"] as const).some((field) => options[field] !== undefined);
  const store = await existingStore(options, { readOnly: !isChange });
  const { id } = await store.readRun(name);
  const now = isChange ? await changeNote(store, id, options) : await store.readNote(id);
  if (options.json) return printJson({ run: id, ...now });
  const lines = [
    ["run", id],
    ["name", now.name ?? "-"],
    ["tags", now.tags.join(",") || "-"],
    ["note", now.note ?? "-"],
  ];
  print(lines.map(([word, value]) => `${word!.padEnd(4)}  ${oneLine(value!)}`).join("\n"));
}
