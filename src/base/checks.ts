/** Checks of single values that several folders share. */

import { fail } from "./errors.ts";

/** Throws `usage` naming the first of `fields` that the options of `of` do not have. */
export function requireFields(of: string, options: object | undefined | null, fields: readonly string[]): void {
  const given = (options ?? {}) as Readonly<Record<string, unknown>>;
  const missing = fields.find((field) => given[field] === undefined);
  if (missing === undefined) return;
  const remedy = `Its options are { ${fields.join(", ")}, ... }`;
  fail("usage", missing, { rule: `is needed: an option of ${of}`, got: "nothing", remedy });
}

/** Returns `value` if it is one of `names`; throws `usage` naming `where` otherwise. */
export function checkOneOf<T extends string>(where: string, value: T, names: readonly T[]): T {
  if (names.includes(value)) return value;
  return fail("usage", where, { rule: `must be one of ${names.join(", ")}`, got: value });
}

/** The inclusive bounds of an integer; `remedy` is added to the message when they are broken. */
export interface IntegerRule {
  readonly min: number;
  readonly max?: number;
  readonly remedy?: string;
}

/** Returns `value` if it is an integer within the bounds; throws `usage` naming `where` otherwise. */
export function checkInteger(where: string, value: number, rule: IntegerRule): number {
  const { min, max = Number.MAX_SAFE_INTEGER, remedy } = rule;
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  const range = rule.max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
  return fail("usage", where, { rule: `must be an integer ${range}`, got: value, ...(remedy ? { remedy } : {}) });
}

/** What two numbers for the axes of a plane are of, the rule in words, and what to write instead. */
interface PairRule {
  readonly of: string;
  readonly words: string;
  readonly remedy: string;
}

/** Throws `usage` naming the field unless `both` are two whole numbers; `given` is what they are made of. */
export function checkPair(field: string, { both, given }: { both: unknown; given: unknown }, rule: PairRule): void {
  if (Array.isArray(both) && both.length === 2 && both.every(Number.isInteger)) return;
  const { of, words, remedy } = rule;
  const got = given === undefined ? "nothing" : JSON.stringify(given);
  fail("usage", field, { rule: `of ${of} must be ${words} for rows and columns`, got, remedy });
}
