/** What the command line says: data on stdout, talk on stderr, and the exit code that a failure has. */

import { styleText } from "node:util";
import { CommanderError } from "commander";
import { type ErrorPlace, TombolaError } from "../../base/errors.ts";
import { flagOf } from "./options.ts";

/** Exit codes: everything done, something failed, the command was wrong, interrupted with the state saved. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

let isLost = false;

/** Tells once that stdout takes no more: a full disk, a reader such as `head` that has gone. The command goes on, and fails. */
export function lost({ code = "", message }: NodeJS.ErrnoException): void {
  if (!isLost) {
    const why = code === "EPIPE" ? "its reader has gone" : code === "ENOSPC" ? "no space is left on the disk" : message;
    say(
      `${coloured("red", "error:")} stdout: not all that was to be printed could be, for ${why}. Print it to another place`,
    );
  }
  isLost = true;
  process.exitCode ||= EXIT.failed;
}

/** Prints lines of data on stdout. */
export function print(text: string): void {
  const shown = visible(text);
  process.stdout.write(shown.endsWith("\n") ? shown : `${shown}\n`);
}

/** Prints one JSON object on a line of stdout; what is not a finite number becomes null. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Says something on stderr, where people read it and pipes do not. */
export function say(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}

/**
 * A text with what a terminal would obey written out, all but tabs, ends of lines and the colours of what it begins with
 * here: names of files and columns come from anywhere.
 */
export function visible(text: string): string {
  const begun = BEGINNINGS.find((each) => text.startsWith(each)) ?? "";
  return begun + text.slice(begun.length).replaceAll(HIDDEN, (each) => (/[\n\t]/.test(each) ? each : written(each)));
}

/** The same on one line: in a sentence an end of a line is part of a name. */
export function oneLine(text: string): string {
  return text.replaceAll(HIDDEN, written);
}

const BEGINNINGS = ["\u001b[31merror:\u001b[39m", "\u001b[33mwarning:\u001b[39m"];
const HIDDEN = /\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/gu;
const written = (each: string) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Text on stderr in colour, where that is a terminal and NO_COLOR is not set. */
function coloured(color: "red" | "yellow", text: string): string {
  const plain = !process.stderr.isTTY || process.env.NO_COLOR;
  return plain ? text : styleText(color, text);
}

/** A warning as one line; `--quiet` does not silence it. */
export function warning(text: string): string {
  return `${coloured("yellow", "warning:")} ${oneLine(text)}`;
}

/** Tells an error on stderr, in a sentence if it was foreseen and with its stack if not; returns the exit code. */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (!(error instanceof TombolaError)) {
    say(`${coloured("red", "error:")} ${error instanceof Error ? error.stack : error}`);
    return EXIT.failed;
  }
  const message = oneLine(withFlags(error.message, error));
  say(error.code === "interrupted" ? message : `${coloured("red", "error:")} ${message}`);
  if (error.code === "usage") return EXIT.usage;
  return error.code === "interrupted" ? EXIT.interrupted : EXIT.failed;
}

/** A message with the flags of the fields that it names in their place; what no option gives stays. */
export function withFlags(message: string, { where, fields = [] }: ErrorPlace): string {
  const flag = where === undefined ? undefined : flagOf(where);
  const begun = flag && message.startsWith(`${where}: `) ? flag + message.slice(where!.length) : message;
  return fields.reduce((text, field) => {
    return text.replace(new RegExp(`(?<![\\w-])${field}(?![\\w-])`, "g"), flagOf(field) ?? field);
  }, begun);
}
