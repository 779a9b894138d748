/** JSON that keeps NaN and the infinities, as strings of these names: divergence is shown, never hidden. */

import { fail } from "../base/errors.ts";

const NON_FINITE = new Map([Number.NaN, Infinity, -Infinity].map((value) => [String(value), value]));

/** One line of JSON. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === "number" && !Number.isFinite(each) ? String(each) : each));
}

/** A JSON array with a line for each item. */
export function toJsonLines(items: readonly unknown[]): string {
  return `[\n${items.map(toJson).join(",\n")}\n]`;
}

/** Reads what {@link toJson} wrote; `store` error naming the file `where`, with the remedy, if the text is not JSON. */
export function fromJson(text: string, where: string, remedy: string): unknown {
  try {
    return JSON.parse(text, (_, each) => NON_FINITE.get(each) ?? each);
  } catch (error) {
    return fail("store", where, { rule: `must be JSON (${(error as Error).message})`, remedy });
  }
}
