/** A data set as it is asked for, by name and by fields, brought into one name. */

import { fail, TombolaError } from "../../base/errors.ts";
import { constantsNamed } from "../constants.ts";
import { normalisationText } from "../normalisation.ts";
import { datasetInfo, describe, isRegistered } from "../registry.ts";
import { asNamed } from "./learnt.ts";
import { formatDataName, parseDataName, takersOf } from "./name.ts";
import type { DataName, DataOption } from "./source.ts";

/** What may be said of a data set beside its name; each stands over what the name says. */
export interface AskedOptions {
  /** The columns of a table to tell. */
  readonly target?: readonly string[] | undefined;
  /** What is learnt: of the [registry](../../task/registry.ts), `NAME@VERSION` of what is brought. */
  readonly task?: string | undefined;
  /** The path of a table of test rows. */
  readonly test?: string | undefined;
  /** What pixels are normalised by: a number, or one a channel. */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
  /** The name of constants for both. */
  readonly normalise?: string | undefined;
  /** Pictures that cannot be read are left out, and classes may be empty. */
  readonly allowMissing?: boolean | undefined;
}

/**
 * The one name of a data set with these options over what its name says: of a registered one without those that are
 * published of it. Throws `usage` on an option that does nothing for it, on numbers that do not fit its channels, and as
 * `parseDataName`.
 */
export function dataNameOf(data: string, asked: AskedOptions = {}): string {
  try {
    return named(data, asked);
  } catch (error) {
    const isOfConstants = error instanceof TombolaError && (error.where === "mean" || error.where === "std");
    if (asked.normalise === undefined || !isOfConstants) throw error;
    // What was asked for is the name of both.
    const { code, message, where, fields } = error;
    throw new TombolaError(code, message.replace(`${where}:`, `normalise: ${where}`), { where: "normalise", fields });
  }
}

function named(data: string, asked: AskedOptions): string {
  const name = parseDataName(data);
  const options = { ...name.options, ...checked(name, said(asked)) };
  const words = [...name.words, ...(asked.allowMissing ? [allowed(name, asked)] : [])];
  const { source, place } = name;
  if (isRegistered(place) && source.prefix === "")
    return asNamed(describe(datasetInfo(place)), { ...name, options }).name;
  return formatDataName({ ...name, words, options: withTask(name, options) });
}

/** A task as names write it: `NAME@VERSION` as it is. */
function escaped(task: string): string {
  return /^[\w.@+-]+$/.test(task) ? task : encodeURIComponent(task);
}

/** Options as names write them. */
function said({ target, task, test, normalise, ...numbers }: AskedOptions): DataName["options"] {
  const text = { ...(task && { task: escaped(task) }), ...(test && { test: encodeURIComponent(test) }) };
  const { mean, std } = { ...numbers };
  const both = mean ?? std;
  if (normalise !== undefined && both !== undefined) {
    const rule = "says mean and deviation both";
    fail("usage", "normalise", {
      rule,
      got: normalise,
      remedy: "Leave it out, or mean and std",
      fields: ["mean", "std"],
    });
  }
  const by = normalise === undefined ? { mean, std } : constantsNamed(normalise);
  return { ...(target && { target: target.map(encodeURIComponent).join(",") }), ...text, ...normalisationText(by) };
}

function checked({ source }: DataName, options: DataName["options"]): DataName["options"] {
  for (const [option, got] of Object.entries(options)) {
    if (option === "task" ? source.readsTask || got.includes("@") : source.options.includes(option as DataOption))
      continue;
    const isTable = option === "mean" || option === "std";
    const rule = isTable
      ? "does nothing for a table, whose columns are standardised by the rows trained on"
      : `does nothing without data ${takersOf(option as DataOption)}`;
    fail("usage", option, { rule, got, remedy: "Leave it out", fields: ["data"] });
  }
  return options;
}

function allowed({ source }: DataName, { allowMissing }: AskedOptions): string {
  if (source.words.includes("allow-missing")) return "allow-missing";
  const rule = `does nothing without data ${takersOf("allow-missing")}`;
  return fail("usage", "allowMissing", { rule, got: allowMissing, remedy: "Leave it out", fields: ["data"] });
}

/** A name that says nothing means classification; only those of CSV files, as ever, say so. */
function withTask({ source }: DataName, { task, ...options }: DataName["options"]): DataName["options"] {
  if (source.saysTask) return { ...options, task: task ?? "classification" };
  return task === undefined || task === "classification" ? options : { ...options, task };
}
