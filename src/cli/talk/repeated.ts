/** Options that may be given several times. */
import type { Command } from "commander";
import { text } from "../../study/option.ts";
import { addOption } from "./options.ts";

/** Adds an option whose value is the list of the texts that were given; absent where none was. */
export function addRepeated(command: Command, words: string, description: string): Command {
  const all: string[] = [];
  return addOption(command, words, description, (value, where) => {
    all.push(text(value, where));
    return all;
  });
}
