/** Options of the command line: from fields to flags and back, and those that verbs share. */

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { checkDatasetName, datasetNames } from "../../dataset/registry.ts";
import { ENGINE_NAMES } from "../../engine/choose.ts";
import { integer, type Option, type Reader, text } from "../../study/option.ts";

/** The flags of all options that were added, by the field that they give. */
const flags = new Map<string, string>();

/** The flag of a field, or undefined where no option gives it. */
export function flagOf(field: string): string | undefined {
  return flags.get(field);
}

/** Adds the option `--name <value>` of `words`, read by `read`; `--json` and the like have no reader. */
export function addOption<T>(command: Command, words: string, description: string, read?: Reader<T>): Command {
  const flag = /--[a-z0-9-]+/.exec(words)![0];
  const field = flag.replace(/^--(no-)?/, "").replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  flags.set(field, flag);
  return read
    ? command.option(words, description, (value: string) => read(value, field))
    : command.option(words, description);
}

/** The flag that gives a field; of a switch that is on where it is not given, the one that turns it off. */
export function flagNamed(field: string, on = true): string {
  return `--${on ? "" : "no-"}${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Adds an option of a study. */
export function addStudyOption(command: Command, { name, value, off, description, fallback, read }: Option): Command {
  const flag = flagNamed(name, !off);
  const words = value === undefined ? flag : `${flag} <${value}>`;
  return addOption(
    command,
    words,
    fallback === undefined ? description : `${description} (default: ${fallback})`,
    read,
  );
}

/** The values of a study's options that were given. */
export function givenOptions(command: Command, options: readonly Option[]): Record<string, unknown> {
  // Commander has a value for what `--no-name` turns off, whether it was given or not.
  const given = options.filter(({ name }) => command.getOptionValueSource(name) === "cli");
  return Object.fromEntries(given.map(({ name }) => [name, command.getOptionValue(name)]));
}

/** Options that several verbs have, by the name of their value. */
const SHARED = {
  data: ["--data <name>", `data set: ${datasetNames.join(", ")}, or folder:PATH@SIZE for images`, checkDatasetName],
  dataDir: [
    "--data-dir <dir>",
    "the only folder to look in for the data (default: $TOMBOLA_DATA, else wherever they are)",
    text,
  ],
  engine: ["--engine <name>", `${ENGINE_NAMES.join(", ")} (default: auto)`, text],
  store: ["--store <dir>", "where results are kept (default: $TOMBOLA_STORE, else ./tombola-store)", text],
  workers: [
    "--workers <n>",
    `threads that train side by side (default: one a core, here ${availableParallelism()})`,
    integer(1, 1024),
  ],
  json: ["--json", "print one JSON object on stdout", undefined],
  quiet: ["--quiet", "say nothing on stderr but warnings and errors", undefined],
} as const satisfies Record<string, readonly [flags: string, description: string, read: Reader<unknown> | undefined]>;

/** Values of the shared options as commander hands them over. */
export interface SharedOptions {
  readonly data?: string;
  readonly dataDir?: string;
  readonly engine?: string;
  readonly store?: string;
  readonly workers?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds options that several verbs share. */
export function addShared(command: Command, ...names: (keyof SharedOptions)[]): Command {
  for (const name of names) {
    const [words, description, read] = SHARED[name];
    addOption<unknown>(command, words, description, read);
  }
  return command;
}
