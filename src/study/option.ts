/** Options of a study as data: what they are called, how their text is read, and when they are of use. */
import { fail, TombolaError } from "../base/errors.ts";
import { formatLength, parseLength } from "../base/length.ts";
import { failNone } from "../base/registry.ts";

/** Reads an option's text; throws `usage` naming the field `where`. */
export type Reader<T> = (text: string, where: string) => T;

/** Values of options by name; what was not given is absent. */
export type Values = Readonly<Record<string, unknown>>;

/** What options that most studies have are about, in the order of help. */
export const OPTION_GROUPS = ["data", "weights", "training", "pruning"] as const;

/** These options as those of a group, but for some that help explains in any case. */
export function grouped(group: string, options: readonly Option[], but: readonly string[] = []): readonly Option[] {
  return options.map((option) => (but.includes(option.name) ? option : { group, ...option }));
}

/** An option of a study, for command lines and forms alike. */
export interface Option {
  /** The field, such as `rewindTo`. */
  readonly name: string;
  /** What its text stands for, such as `length`; absent of a switch. */
  readonly value?: string;
  /** In words; a function of what may become more, as names that plug-ins bring. */
  readonly description: string | (() => string);
  /** What it is about, of those that most studies have: help that is short tells them by name alone. */
  readonly group?: string;
  /** In a line, for help that is short; absent: the beginning of the description. */
  readonly brief?: string;
  /** What it is where it is not given, in words. */
  readonly fallback?: string;
  /** Absent of a switch, which is true where it is given; with `off`, false. */
  readonly read?: Reader<unknown>;
  /** Of a switch that turns off what is on. */
  readonly off?: boolean;
  /** What it needs to do something; absent: nothing. */
  readonly need?: Need;
  /** What a specification has of it, undefined for nothing; absent: the field of its name. */
  readonly of?: (spec: Values) => unknown;
}

/** When an option does something, and what that takes in words. */
export interface Need {
  readonly words: string;
  /** Other options that the words name. */
  readonly fields?: readonly string[];
  /** @param options all options with their defaults filled in */
  met(options: Values): boolean;
}

/** Refuses options that were given and would do nothing. */
export function refuseUnused(options: readonly Option[], given: Values, all: Values): void {
  const unused = options.find(({ name, need }) => need && given[name] !== undefined && !need.met(all));
  if (!unused) return;
  const { name, need } = unused;
  const [rule, remedy] = [`does nothing without ${need!.words}`, "Leave it out or add that"];
  fail("usage", name, { rule, got: given[name], remedy, fields: need!.fields ?? [] });
}

/** The bounds of a number, and the rule in words. */
export interface NumberRule {
  /** As it follows `must be`: `a number above 0`. */
  readonly rule: string;
  /** Whether a finite number keeps it. */
  readonly holds: (value: number) => boolean;
}

/** Reads a finite number for which `holds`; the reader throws `usage` naming the field for what is none. */
export function number({ rule, holds }: NumberRule): Reader<number> {
  return (text, where) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    return Number.isFinite(value) && holds(value)
      ? value
      : fail("usage", where, { rule: `must be ${rule}`, got: text });
  };
}

/** Reads a number above 0. */
export const positive = number({ rule: "a number above 0", holds: (value) => value > 0 });

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
    return formatLength(parseLength(text));
  } catch (error) {
    const message = (error as Error).message.replace(/^steps: /, "");
    throw new TombolaError("usage", `${where}: ${message}`, { where });
  }
};

/** Reads one of a few words; of those that may become more, a function. */
export function oneOf<T extends string>(words: readonly T[] | (() => readonly T[])): Reader<T> {
  return (text, where) => {
    const all = typeof words === "function" ? words() : words;
    return all.find((word) => word === text) ?? failNone(text, { where, names: all });
  };
}

/** Reads what `item` reads, separated by commas, each once. */
export function listOf<T>(item: Reader<T>): Reader<T[]> {
  return (text, where) => [...new Set(text.split(",").map((part) => item(part.trim(), where)))];
}

/** Reads any text but the empty one. */
export const text: Reader<string> = (value, where) =>
  value === "" ? fail("usage", where, { rule: "must not be empty" }) : value;

/** An option's field in words: `train-size` for `trainSize`. */
export function wordOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
