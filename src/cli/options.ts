/** Options of the command line: reading their values with errors that name the option, and those that verbs share. */

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { fail, TombolaError } from "../base/errors.ts";
import { formatSteps, parseSteps } from "../base/steps.ts";
import { checkDatasetName, datasetNames } from "../dataset/registry.ts";
import { ENGINE_NAMES } from "../engine/choose.ts";

/** Reads an option's text; throws `usage` naming the option `where`. */
export type Reader<T> = (text: string, where: string) => T;

/** The bounds of a number, and the rule in words. */
interface NumberRule {
  readonly rule: string;
  readonly holds: (value: number) => boolean;
}

/** Reads a finite number for which `holds`. */
export function number({ rule, holds }: NumberRule): Reader<number> {
  return (text, where) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    return Number.isFinite(value) && holds(value)
      ? value
      : fail("usage", where, { rule: `must be ${rule}`, got: text });
  };
}

/** Reads an integer within inclusive bounds. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Reader<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`;
  return number({
    rule: `an integer ${range}`,
    holds: (value) => Number.isInteger(value) && value >= min && value <= max,
  });
}

/** Reads a length of training such as `10ep`, `500it`, `2ep50it` or `0`; one meaning has one spelling. */
export const steps: Reader<string> = (text, where) => {
  try {
    return formatSteps(parseSteps(text));
  } catch (error) {
    const message = (error as Error).message.replace(/^steps: /, "");
    throw new TombolaError("usage", `${where}: ${message}`);
  }
};

/** Reads one of a few words. */
export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return (text, where) =>
    words.find((word) => word === text) ??
    fail("usage", where, { rule: `must be one of ${words.join(", ")}`, got: text });
}

/** Reads what `item` reads, separated by commas, each once. */
export function listOf<T>(item: Reader<T>): Reader<T[]> {
  return (text, where) => [...new Set(text.split(",").map((part) => item(part.trim(), where)))];
}

/** Reads any text but the empty one. */
export const text: Reader<string> = (value, where) =>
  value === "" ? fail("usage", where, { rule: "must not be empty" }) : value;

/** Adds the option `--name <value>` of `flags`, read by `read`; `--json` and the like have no reader. */
export function addOption<T>(command: Command, flags: string, description: string, read?: Reader<T>): Command {
  const where = /--[a-z-]+/.exec(flags)![0];
  return read
    ? command.option(flags, description, (value: string) => read(value, where))
    : command.option(flags, description);
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
    const [flags, description, read] = SHARED[name];
    addOption<unknown>(command, flags, description, read);
  }
  return command;
}
