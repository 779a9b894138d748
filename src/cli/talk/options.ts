/** Options of the command line: from fields to flags and back, and those that verbs share. */

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import type { AskedOptions } from "../../dataset/source/asked.ts";
import { ENGINE_NAMES } from "../../engine/choose.ts";
import { BANDS, type Band } from "../../figure/band.ts";
import { dataFor } from "../../plugin/load-bert.ts";
import { DATA, OF_DATA } from "../../study/data-options.ts";
import { integer, type Option, oneOf, type Reader, refuseUnused, text, wordOf } from "../../study/option.ts";
import { learntName } from "../../task/name.ts";

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
  return `--${on ? "" : "no-"}${wordOf(field)}`;
}

/** Adds an option of a study. */
export function addStudyOption(command: Command, { name, value, off, description, fallback, read }: Option): Command {
  const flag = flagNamed(name, !off);
  const words = value === undefined ? flag : `${flag} <${value}>`;
  const told = typeof description === "string" ? description : description();
  return addOption(command, words, fallback === undefined ? told : `${told} (default: ${fallback})`, read);
}

/** The values of a study's options that were given. */
export function givenOptions(command: Command, options: readonly Option[]): Record<string, unknown> {
  // Commander has a value for what `--no-name` turns off, whether it was given or not.
  const given = options.filter(({ name }) => command.getOptionValueSource(name) === "cli");
  return Object.fromEntries(given.map(({ name }) => [name, command.getOptionValue(name)]));
}

/** Options that several verbs have, by the name of their value. */
const SHARED = {
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
export interface SharedOptions extends AskedOptions {
  readonly data?: string;
  readonly dataDir?: string;
  readonly engine?: string;
  readonly store?: string;
  readonly workers?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * The data set that was asked for, in one name, with the vocabulary of the model's folder where it says none; throws `usage` on
 * an option that does nothing for it.
 */
export function askedData({
  data,
  model,
  ...options
}: SharedOptions & { readonly model?: string | undefined }): string | undefined {
  refuseUnused(OF_DATA, { ...options }, { ...options, data });
  return data && dataFor(model, learntName(data, options));
}

/** Adds options that several verbs share; with the data set what may be said of it. */
export function addShared(command: Command, ...asked: ("data" | keyof typeof SHARED)[]): Command {
  for (const name of asked) {
    if (name === "data") for (const option of [DATA, ...OF_DATA]) addStudyOption(command, option);
    else {
      const [words, description, read] = SHARED[name];
      addOption<unknown>(command, words, description, read);
    }
  }
  return command;
}

/** The option of verbs that draw. */
export interface BandOptions {
  readonly band?: Band;
}

/** Adds `--band`, an option of drawing: no run is another because of it. */
export function addBand(command: Command, fallback: string): Command {
  const shown =
    "what bands and error bars show: lowest to highest, one standard deviation, or the 95 % interval of the mean";
  return addOption(command, "--band <name>", `${shown}; of ${BANDS.join(", ")} (default: ${fallback})`, oneOf(BANDS));
}
