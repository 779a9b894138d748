/**
 * How specifications write data sets, place included: registered ones by their name, others as `PREFIX:PATH`, then a size
 * `@64`, words `:grey`, modifiers `:classes=0-4`, the beginning `#0123456789ab` of a SHA-256 that pins them, and options `?target=price&task=regression`,
 * as far as their [source](./sources.ts) takes them.
 */

import { fail } from "../../base/errors.ts";
import { shortName } from "../../base/registry.ts";
import { MODIFIERS, type Modification, modificationWords, readModifiers, spellModifiers } from "../modify/modifiers.ts";
import { type Normalisation, normalisationOf, normalisationText } from "../normalisation.ts";
import { broughtDataset, isRegistered } from "../registry.ts";
import type { DataName, DataOption, DataSource } from "./source.ts";
import { officialSource, REGISTERED, SOURCES } from "./sources.ts";

/** Digits of a SHA-256 that a name pins content with. */
const PINNED = 12;

/**
 * What a name means; throws `usage` on one without a path, with a size or words that its kind does not have, and on options
 * that are none. A name without a prefix is taken for a registered one, which it need not be.
 */
export function parseDataName(name: string): DataName {
  const source = sourceOfName(name);
  const match = formOf(source).exec(name) ?? fail("usage", "data set", { rule: `must be ${source.form}`, got: name });
  const { place, size, words = "", digest, query = "" } = match.groups as Record<string, string | undefined>;
  refuseOtherWords(source, place!, name);
  const said = words.split(":").filter(Boolean);
  const valued = said.flatMap((word) => (word.includes("=") ? [word.split("=", 2) as [string, string]] : []));
  return {
    source,
    place: place!,
    ...sizeOf(source, size, name),
    words: sorted(source, said),
    modifiers: readModifiers(valued, name),
    ...(digest && { digest }),
    options: optionsOf(source, query, name),
  };
}

/** The name that {@link parseDataName} reads: what does not matter is written in one order. */
export function formatDataName({ source, place, size, words, modifiers, digest, options }: DataName): string {
  const said = source.options.flatMap((option) =>
    options[option] === undefined ? [] : `${option}=${options[option]}`,
  );
  const head = source.prefix === "" ? place : `${source.prefix}:${place}`;
  const tail = [size === undefined ? "" : `@${size}`, ...sorted(source, words).map((word) => `:${word}`)];
  return `${head}${tail.join("")}${spellModifiers(modifiers)}${digest ? `#${digest}` : ""}${said.length > 0 ? `?${said.join("&")}` : ""}`;
}

/** The kind of data set that a name is of. */
export function sourceOfName(name: string): DataSource {
  return SOURCES.find(({ prefix }) => name.startsWith(`${prefix}:`)) ?? officialSource(name) ?? REGISTERED;
}

/** Tells whether an option does something for the data set of a name; any may be learnt by a task that is brought. */
export function takes(name: string, option: DataOption | "allow-missing"): boolean {
  const { options, words, readsTask } = sourceOfName(name);
  if (option === "task") return readsTask === true;
  return option === "allow-missing" ? words.includes(option) : options.includes(option);
}

/** Which data sets an option does something for, in words. */
export function takersOf(option: DataOption | "allow-missing"): string {
  return SOURCES.filter(({ prefix }) => takes(`${prefix}:`, option))
    .map(({ prefix }) => `${prefix}:PATH`)
    .join(" or ");
}

/** The task that a name says or leaves out. */
export function taskOfName(name: string): string {
  const { task } = parseDataName(name).options;
  return task === undefined ? "classification" : decoded(task);
}

/** The task that is brought and that a name says its data set is learnt by; undefined where it says none. */
export function broughtTask({ source, options: { task } }: Pick<DataName, "source" | "options">): string | undefined {
  return source.readsTask || task === undefined ? undefined : decoded(task);
}

/** What may stand behind the path of a kind of data set, as it is written. */
export function wordsOf({ size, words, isModified, options }: DataSource): string {
  return [
    ...(size ? ["@SIZE"] : []),
    ...words.map((word) => `:${word}`),
    ...(isModified ? MODIFIERS.map((each) => `:${each}=`) : []),
    ...options.map((option) => `?${option}=`),
  ].join(", ");
}

/** What a name says is made of images and classes; a kind of source with a usual size brings pictures to theirs itself. */
export function modificationOfName({ source, size, words, modifiers }: DataName): Modification {
  return { resize: source.size?.usual === undefined ? size : undefined, rgb: words.includes("rgb"), modifiers };
}

/** What a name says that pixels are normalised by. */
export function normalisationOfName({ options: { mean, std } }: Pick<DataName, "options">): Normalisation {
  return normalisationOf({ options: { ...(mean && { mean: mean.split(",") }), ...(std && { std: std.split(",") }) } });
}

/**
 * A data set as titles have it: of a table the file and what is told, `price of housing.csv`; of images what is made of them,
 * and by what their pixels are normalised where that is their own, `mnist (at 32 x 32, mean 0, std 1)`.
 */
export function dataTitle(name: string): string {
  const parsed = parseDataName(name);
  const told = Object.entries({ ...normalisationOfName(parsed), task: broughtTask(parsed) }).flatMap(
    ([option, value]) => (value === undefined ? [] : [`${option} ${[value].flat().join(", ")}`]),
  );
  const by = [...modificationWords(modificationOfName(parsed)), ...told];
  return shortName(`${parsed.source.title(parsed)}${by.length > 0 ? ` (${by.join(", ")})` : ""}`);
}

/** The digits to pin what has the SHA-256 `found`; throws `data` where the name at `path` pins another. */
export function pinned(path: string, { digest, found }: { digest: string | undefined; found: string }): string {
  if (digest && !found.startsWith(digest)) {
    const rule = `its content has changed: the name pins a SHA-256 that begins with ${digest}`;
    fail("data", path, { rule, got: found.slice(0, PINNED), remedy: `Leave out #${digest} to use it as it is now` });
  }
  return found.slice(0, PINNED);
}

/** A value of a name's option as it was before it was written into it; throws `usage` on an escape that is none. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    const remedy = "Write % as %25";
    return fail("usage", "data set", { rule: "escapes must be those of addresses", got: text, remedy });
  }
}

function formOf(source: DataSource): RegExp {
  const { prefix, size, words, isModified, options } = source;
  const isRegistry = source === REGISTERED;
  const behind = [...words, ...(isModified ? [`(?:${MODIFIERS.join("|")})=[^:#?/\\\\]*`] : [])];
  const parts = [
    prefix === "" ? "" : `${prefix}:`,
    "(?<place>.+?)",
    size ? "(?:@(?<size>\\d+))?" : "",
    behind.length > 0 ? `(?<words>(?::(?:${behind.join("|")}))*)` : "",
    isRegistry ? "" : `(?:#(?<digest>[0-9a-f]{${PINNED}}))?`,
    `(?:\\?(?<query>(?:${options.join("|")})=[^?]*))?`,
  ];
  return new RegExp(`^${parts.join("")}$`, "s");
}

function sorted({ words }: DataSource, given: readonly string[]): string[] {
  return words.filter((word) => given.includes(word));
}

function sizeOf({ size: sizes }: DataSource, text: string | undefined, name: string): Pick<DataName, "size"> {
  if (!sizes) return {};
  const { usual, most } = sizes;
  const size = text === undefined ? usual : Number(text);
  if (size === undefined) return {};
  if (size >= 1 && size <= most) return { size };
  return fail("usage", "data set", { rule: `the size behind @ must be from 1 to ${most} pixels`, got: name });
}

/** Behind a size, and in the name of a registered data set, nothing else is part of a path. */
function refuseOtherWords(source: DataSource, place: string, name: string): void {
  const { size, words, isModified, prefix } = source;
  const option = (prefix === "" ? /\?([^=]*)/ : size ? /@\d+.*\?([^=]*)/ : /$^/).exec(place)?.[1];
  if (option !== undefined) refuseOption(source, option, name);
  const [, base, other] =
    (prefix === "" ? /^([^:@]+)(?:@[^:]*)?:(.*)$/s : /^(.+)@\d+:([a-z-]+)(?:[:=]|$)/).exec(place) ?? [];
  if (!size || base === undefined || (source === REGISTERED && !isRegistered(base) && !broughtDataset(base))) return;
  const said = [...words, ...(isModified ? MODIFIERS.map((each) => `${each}=`) : [])].map((word) => `:${word}`);
  fail("usage", "data set", {
    rule: `behind the name${prefix === "" ? "" : " and the size"} may stand ${said.join(", ")}`,
    got: other,
    remedy: `Correct ${name}`,
  });
}

function refuseOption(source: DataSource, option: string, name: string): never {
  const of = source.prefix === "" ? "a registered data set" : `${source.prefix}:PATH`;
  const rule = `options of ${of} are ${source.options.join(", ")}, each once`;
  return fail("usage", "data set", {
    rule,
    got: option,
    remedy: `Correct ${name}. There may stand ${wordsOf(source)}`,
  });
}

function optionsOf(source: DataSource, query: string, name: string): DataName["options"] {
  const parts = query === "" ? [] : query.split("&").map((part) => part.split("=", 2) as [DataOption, string]);
  const wrong = parts.find(
    ([option], i) => !source.options.includes(option) || parts.findIndex(([other]) => other === option) < i,
  );
  if (wrong) refuseOption(source, wrong[0], name);
  const options: Partial<Record<DataOption, string>> = Object.fromEntries(parts);
  // One spelling of numbers, and misspelt ones told at once.
  return { ...options, ...normalisationText(normalisationOfName({ options })) };
}
