/** `--sweep NAME=VALUES`: from words to the cells of their product, each with the options that it would have alone. */

import { readOption, valueText } from "../../app/find-runs.ts";
import { fail } from "../../base/errors.ts";
import { type Option, type Values, wordOf } from "../../study/option.ts";
import { assigned, optionIn } from "../results/where.ts";

/** Runs that one command may ask for. */
export const MOST_CELLS = 1000;

/** A run of a sweep. */
export interface Cell {
  /** The options in which it differs, in words. */
  readonly label: string;
  /** These, by field. */
  readonly options: Values;
}

/** What is swept, and every combination of its values. */
export interface SweepAsked {
  readonly swept: Readonly<Record<string, readonly unknown[]>>;
  readonly cells: readonly Cell[];
}

/**
 * The product of what is swept, the first option slowest. Values are separated by commas; of an option that is a list, and
 * where there is one, by semicolons.
 * @throws `usage` for an option that the study does not have, or that is given beside; for a value that is empty, is there
 *   twice or is refused by its option; for more than {@link MOST_CELLS} cells
 */
export function sweepOf(texts: readonly string[], options: readonly Option[], given: Values): SweepAsked {
  const swept: Record<string, readonly unknown[]> = {};
  for (const text of texts) {
    const option = optionIn(options, text, "sweep");
    const word = wordOf(option.name);
    if (option.name in swept) failSweep(`must name ${word} once`, text, "Write all its values in one --sweep");
    if (option.name in given) failSweep(`${word} is swept, and given beside`, text, "Leave one of them out");
    swept[option.name] = valuesOf(option, assigned(text, "sweep").value, text);
  }
  const count = Object.values(swept).reduce((product, values) => product * values.length, 1);
  if (count > MOST_CELLS)
    fail("usage", "sweep", {
      rule: `must make at most ${MOST_CELLS} runs`,
      got: count,
      remedy: "Sweep fewer values at once",
    });
  return { swept, cells: product(Object.entries(swept)) };
}

function valuesOf(option: Option, list: string, text: string): readonly unknown[] {
  const separator = list.includes(";") || isList(option, list) ? ";" : ",";
  const parts = list.split(separator).map((part) => part.trim());
  if (parts.includes("")) failSweep("must have no empty value", text, "Write NAME=VALUE,VALUE");
  const values = parts.map((part) => readOption(option, part));
  const seen = new Set<string>();
  for (const [i, value] of values.entries()) {
    const known = JSON.stringify(value);
    if (seen.has(known)) failSweep(`must name each value once, and ${parts[i]} is there twice`, text, "Leave it out");
    seen.add(known);
  }
  return values;
}

/** Whether an option's text stands for several values. */
function isList(option: Option, text: string): boolean {
  try {
    return Array.isArray(readOption(option, text));
  } catch {
    // What it refuses as a whole it tells of each part.
    return false;
  }
}

function failSweep(rule: string, got: string, remedy: string): never {
  return fail("usage", "sweep", { rule, got, remedy });
}

function product(swept: readonly (readonly [name: string, values: readonly unknown[]])[]): Cell[] {
  const [first, ...rest] = swept;
  if (!first) return [{ label: "", options: {} }];
  const [name, values] = first;
  return values.flatMap((value) =>
    product(rest).map(({ label, options }) => ({
      label: [`${wordOf(name)} ${valueText(value)}`, ...(label ? [label] : [])].join(", "),
      options: { [name]: value, ...options },
    })),
  );
}
