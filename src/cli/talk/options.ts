/** Options of the command line: from fields to flags and back, and those that verbs share. */

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { fail } from "../../base/errors.ts";
import { numbersOf } from "../../dataset/normalisation.ts";
import { allDatasetNames, checkDatasetName } from "../../dataset/registry.ts";
import { ENGINE_NAMES } from "../../engine/choose.ts";
import { BANDS, type Band } from "../../figure/band.ts";
import { integer, listOf, type Option, oneOf, type Reader, text } from "../../study/option.ts";
import { isBrought, learntName } from "../../task/name.ts";
import { taskNames } from "../../task/registry.ts";

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
  data: [
    "--data <name>",
    () => `data set: ${allDatasetNames().join(", ")}, folder:PATH@SIZE for images, or csv:PATH for a table`,
    checkDatasetName,
  ],
  target: ["--target <columns>", "columns of the table to tell, separated by commas", listOf(text)],
  task: ["--task <name>", () => `of the data: ${taskNames().join(", ")} (default: by target)`, oneOf(taskNames)],
  test: ["--test <file>", "table of the test rows (default: a fifth of the rows, drawn once for all)", text],
  mean: [
    "--mean <numbers>",
    "mean that pixels, scaled to 0..1, are normalised by: one number, or one a channel (default: the data set's)",
    (value: string) => numbersOf("mean", value),
  ],
  std: [
    "--std <numbers>",
    "deviation that pixels are normalised by, in the same way (default: the data set's)",
    (value: string) => numbersOf("std", value),
  ],
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
} as const satisfies Record<
  string,
  readonly [flags: string, description: string | (() => string), read: Reader<unknown> | undefined]
>;

/** Values of the shared options as commander hands them over. */
export interface SharedOptions {
  readonly data?: string;
  readonly target?: readonly string[];
  readonly task?: string;
  readonly test?: string;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly dataDir?: string;
  readonly engine?: string;
  readonly store?: string;
  readonly workers?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The data set that was asked for; of a table with what is learnt from it. Throws `usage` where that is not said. */
export function askedData({ data, target, task, test, mean, std }: SharedOptions): string | undefined {
  if (data?.startsWith("csv:")) return learntName(data, { target, task, test, mean, std });
  const isOwn = data !== undefined && task !== undefined && isBrought(task);
  const [field, got] =
    Object.entries({ target, task: isOwn ? undefined : task, test }).find(([, value]) => value !== undefined) ?? [];
  if (field) fail("usage", field, { rule: "does nothing without data csv:PATH", got, fields: ["data"] });
  const [own, values] = Object.entries({ mean, std }).find(([, value]) => value !== undefined) ?? [];
  if (own && data === undefined)
    fail("usage", own, {
      rule: "does nothing without data",
      got: values,
      remedy: "Name the data set",
      fields: ["data"],
    });
  return data && learntName(data, { task, mean, std });
}

/** A data set, what is learnt of a table, and what images are normalised by. */
const OF_DATA = ["data", "target", "task", "test", "mean", "std"] as const;

/** Adds options that several verbs share; with the data set those of a table and of images. */
export function addShared(command: Command, ...asked: (keyof SharedOptions)[]): Command {
  const names = asked.flatMap((name) => (name === "data" ? OF_DATA : [name]));
  for (const name of names) {
    const [words, description, read] = SHARED[name];
    addOption<unknown>(command, words, typeof description === "string" ? description : description(), read);
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
