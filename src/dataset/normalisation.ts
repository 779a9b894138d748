/**
 * What the pixels of a data set of images are normalised by, where that is not what is published of it: `mnist?mean=0&std=1`
 * is MNIST with pixels from 0 to 1, as Zhou et al. 2019 train on it; and the task that is learnt of a data set, where that is
 * not the one for its targets. Both are part of the name and of the identity, and stand there only where they differ, so that
 * no data set has two names.
 */

import { fail } from "../base/errors.ts";
import type { DatasetDescription } from "./dataset.ts";
import { formatIdentity, type Identity, type IdentityOptions, parseIdentity } from "./identity.ts";

/** Of pixels scaled to 0..1: a number for all channels, or one for each; what is absent is as published. */
export interface Normalisation {
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
  /** The task that is learnt instead of the one for the kind of target, as specifications write it. */
  readonly task?: string | undefined;
}

const FORM = /^(.*)\?((?:mean|std|task)=[^?]*)$/s;

/** The name without its normalisation, and that; `mnist?mean=0&std=1` is `mnist` with mean 0 and deviation 1. */
export function splitNormalisation(name: string): { readonly base: string; readonly by: Normalisation } {
  const [, base, query] = name.startsWith("csv:") ? [] : (FORM.exec(name) ?? []);
  if (base === undefined) return { base: name, by: {} };
  const pairs = query!.split("&").map((part) => part.split("=", 2) as [string, string]);
  const wrong = pairs.find(([option], i) => !isOption(option) || pairs.findIndex(([other]) => other === option) < i);
  if (wrong) {
    const rule = "options of a data set of images are mean, std and task, each once";
    fail("usage", "data set", { rule, got: wrong[0], remedy: `Correct ${name}` });
  }
  return {
    base,
    by: Object.fromEntries(pairs.map(([option, text]) => [option, option === "task" ? text : numbersOf(option, text)])),
  };
}

const isOption = (name: string) => ["mean", "std", "task"].includes(name);

/** Reads numbers separated by commas: `0`, or of three channels `0.5,0.5,0.4`. Throws `usage` on what is none, and on a deviation that is not above 0. */
export function numbersOf(where: string, text: string): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const holds = (value: number) => Number.isFinite(value) && (where !== "std" || value > 0);
  if (values.every(holds)) return values;
  const rule =
    where === "std" ? "must be a number above 0, or one for each channel" : "must be a number, or one for each channel";
  return fail("usage", where, { rule, got: text });
}

/** The name with this normalisation over what it says already, in one spelling; throws `usage` for a table. */
export function withNormalisation(name: string, { mean, std, task }: Normalisation): string {
  if (mean === undefined && std === undefined && task === undefined) return name;
  if (name.startsWith("csv:")) {
    if (mean === undefined && std === undefined) return name;
    const field = mean === undefined ? "std" : "mean";
    const rule = "does nothing for a table, whose columns are standardised by the rows trained on";
    fail("usage", field, { rule, got: (mean ?? std)!.join(","), remedy: "Leave it out", fields: ["data"] });
  }
  const { base, by } = splitNormalisation(name);
  return spelt(base, { mean: mean ?? by.mean, std: std ?? by.std, task: task ?? by.task });
}

/** The name of a data set with its options, in one order. */
export function spelt(base: string, by: Normalisation): string {
  const parts: string[] = (["mean", "std"] as const).flatMap((option) => {
    const values = by[option];
    return values === undefined ? [] : [`${option}=${short(values).join(",")}`];
  });
  if (by.task !== undefined) parts.push(`task=${by.task}`);
  return parts.length > 0 ? `${base}?${parts.join("&")}` : base;
}

/** One number where all are the same. */
function short(values: readonly number[]): readonly number[] {
  return values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
}

/**
 * A data set of images, or what is known of one, normalised by other numbers than its own: its name and source say them.
 * What is the same as before is left out; throws `usage` on numbers for another count of channels.
 */
export function normalised<D extends DatasetDescription>(dataset: D, { mean, std, task }: Normalisation): D {
  const [channels] = dataset.shape as [number];
  const own = { mean: dataset.mean!, std: dataset.std! };
  if (!dataset.mean && (mean ?? std)) failFloats(dataset.name, mean === undefined ? "std" : "mean");
  const by = Object.fromEntries(
    Object.entries({ mean, std }).flatMap(([option, values]) => {
      if (values === undefined) return [];
      const each = perChannel(values, { channels, where: option, name: dataset.name });
      return each.every((value, c) => value === own[option as "mean" | "std"][c]) ? [] : [[option, each]];
    }),
  ) as { mean?: number[]; std?: number[]; task?: string };
  if (task !== undefined && task !== dataset.task) by.task = task;
  if (Object.keys(by).length === 0) return dataset;
  const { name, source } = dataset;
  return { ...dataset, ...by, name: named(name, by), ...(source !== undefined && { source: spelt(source, by) }) };
}

function failFloats(name: string, field: "mean" | "std"): never {
  const rule = "does nothing for floats, which are standardised by the rows trained on";
  return fail("usage", field, { rule, got: name, remedy: "Leave it out", fields: ["data"] });
}

/** The identity of a folder has options; a registered name is followed by them. */
function named(name: string, by: Normalisation): string {
  const identity = parseIdentity(name);
  return identity
    ? formatIdentity({ ...identity, options: { ...identity.options, ...optionsOf(by) } })
    : spelt(splitNormalisation(name).base, { ...splitNormalisation(name).by, ...by });
}

/** The normalisation as options of an identity. */
export function optionsOf(by: Normalisation): IdentityOptions {
  const options = (["mean", "std"] as const).flatMap((option) => {
    const values = by[option];
    return values === undefined ? [] : [[option, short(values).map(String)] as const];
  });
  return { ...Object.fromEntries(options), ...(by.task !== undefined && { task: [by.task] }) };
}

/** What the options of an identity say of it. */
export function normalisationOf({ options: { mean, std, task } }: Pick<Identity, "options">): Normalisation {
  return { mean: mean?.map(Number), std: std?.map(Number), task: task?.[0] };
}

function perChannel(
  values: readonly number[],
  { channels, where, name }: { channels: number; where: string; name: string },
): readonly number[] {
  if (values.length === 1) return Array.from({ length: channels }, () => values[0]!);
  if (values.length === channels) return values;
  const rule = `must be one number, or one for each of the ${channels} channels of ${name}`;
  return fail("usage", where, { rule, got: values.join(",") });
}
