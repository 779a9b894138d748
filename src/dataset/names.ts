/**
 * How specifications write data sets that are in no registry, place included: folders of images as `folder:PATH@64`, CSV
 * files as `csv:PATH?target=price&task=regression`.
 */

import { fail } from "../base/errors.ts";
import { shortName } from "../base/registry.ts";
import { splitNormalisation } from "./normalisation.ts";

/** A folder of images, and what is made of each of them. */
export interface FolderName {
  readonly path: string;
  /** Height and width that images are brought to, in pixels. */
  readonly size: number;
  /** The first digits of the SHA-256 of the images, where the name pins them. */
  readonly digest?: string;
}

const PREFIX = "folder:";
const FORM = /^folder:(.+?)(?:@(\d+))?(?:#([0-9a-f]{12}))?$/s;
const DEFAULT_SIZE = 32;
const LARGEST_SIZE = 1024;

/**
 * The folder that a name such as `folder:PATH`, `folder:PATH@64` or `folder:PATH@64#0123456789ab` means, undefined for
 * names of another form; throws `usage` on a folder without a path and on a size that is not from 1 to 1024.
 */
export function parseFolderName(name: string): FolderName | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const match =
    FORM.exec(name) ?? fail("usage", "data set", { rule: "must be folder:PATH or folder:PATH@64", got: name });
  const [, path, size = DEFAULT_SIZE, digest] = match;
  if (Number(size) < 1 || Number(size) > LARGEST_SIZE) {
    fail("usage", "data set", { rule: `the size behind @ must be from 1 to ${LARGEST_SIZE} pixels`, got: name });
  }
  return { path: path!, size: Number(size), ...(digest ? { digest } : {}) };
}

/** The name that {@link parseFolderName} reads. */
export function folderName({ path, size, digest }: FolderName): string {
  return `${PREFIX}${path}@${size}${digest ? `#${digest}` : ""}`;
}

/** A CSV file, and what is learnt from it. */
export interface CsvName {
  readonly path: string;
  /** The columns to tell. */
  readonly target: readonly string[];
  readonly task: string;
  /** The path of the test rows. */
  readonly test?: string;
  readonly digest?: string;
  readonly testDigest?: string;
}

const CSV_FORM = /^csv:(.+?)(?:#([0-9a-f]{12}))?(?:\?((?:target|task|test)=[^?]*))?$/s;

/**
 * The file that a name such as `csv:PATH?target=price&task=regression&test=PATH` means, undefined for names of another form;
 * the task is classification unless named. Throws `usage` on a file without a path and on options that are none.
 */
export function parseCsvName(name: string): CsvName | undefined {
  if (!name.startsWith("csv:")) return undefined;
  const form = "csv:PATH?target=COLUMN";
  const [, path, digest, query = ""] =
    CSV_FORM.exec(name) ?? fail("usage", "data set", { rule: `must be ${form}`, got: name });
  const options = optionsOf(query, name);
  const value = (option: string) => options.get(option) && decoded(options.get(option)!);
  const target = options.get("target")?.split(",").map(decoded) ?? [];
  const remedy = `Name the column with target, as in ${form}`;
  if (target.length === 0) fail("usage", "target", { rule: "is needed: the column of the file to tell", remedy });
  const [, test, testDigest] = TEST_FORM.exec(value("test") ?? "") ?? [];
  return {
    path: path!,
    target,
    task: value("task") ?? "classification",
    ...(test && { test }),
    ...(digest && { digest }),
    ...(testDigest && { testDigest }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return fail("usage", "data set", {
      rule: "escapes must be those of addresses",
      got: text,
      remedy: "Write % as %25",
    });
  }
}

/** The path of test rows, and the beginning of their SHA-256 where it is pinned. */
const TEST_FORM = /^(.+?)(?:#([0-9a-f]{12}))?$/s;

/** What stands behind the `?` of a CSV file's name, option by option; throws `usage` on one that is none or stands twice. */
function optionsOf(query: string, name: string): Map<string, string> {
  const parts = query === "" ? [] : query.split("&").map((part) => part.split("=", 2) as [string, string]);
  const wrong = parts.find(([option], i) => {
    return !["target", "task", "test"].includes(option) || parts.findIndex(([other]) => other === option) < i;
  });
  if (wrong) {
    const rule = "options of a table are target, task and test, each once";
    fail("usage", "data set", { rule, got: wrong[0], remedy: `Correct ${name}` });
  }
  return new Map(parts);
}

/** The name of a CSV file with what is learnt from it, over what the name says already; throws as {@link parseCsvName}. */
export function withTarget(
  name: string,
  { target, task, test }: { readonly [K in "target" | "task" | "test"]?: CsvName[K] | undefined },
): string {
  const [, path, digest, query = ""] = CSV_FORM.exec(name) ?? [];
  const said = optionsOf(query, name);
  if (target) said.set("target", target.map(encodeURIComponent).join(","));
  if (task) said.set("task", encodeURIComponent(task));
  if (test) said.set("test", encodeURIComponent(test));
  const options = [...said].map(([option, value]) => `${option}=${value}`);
  const whole = `csv:${path}${digest ? `#${digest}` : ""}${options.length > 0 ? `?${options.join("&")}` : ""}`;
  const { target: told, ...rest } = parseCsvName(path === undefined ? name : whole)!;
  return csvName({ ...rest, target: told });
}

/** The name that {@link parseCsvName} reads. */
export function csvName({ path, target, task, test, digest, testDigest }: CsvName): string {
  const pinned = testDigest === undefined ? "" : `#${testDigest}`;
  const options = [
    `target=${target.map(encodeURIComponent).join(",")}`,
    `task=${encodeURIComponent(task)}`,
    ...(test === undefined ? [] : [`test=${encodeURIComponent(test + pinned)}`]),
  ];
  return `csv:${path}${digest ? `#${digest}` : ""}?${options.join("&")}`;
}

/**
 * A data set as titles have it: of a table the file and what is told, `price of housing.csv`; of images whose pixels are
 * normalised in a way of their own, `mnist (mean 0, std 1)`.
 */
export function dataTitle(name: string): string {
  const csv = parseCsvName(name);
  if (csv) return `${csv.target.join(", ")} of ${csv.path.split(/[/\\]/).at(-1)}`;
  const { base, by } = splitNormalisation(name);
  const parts = Object.entries(by).map(([option, value]) => `${option} ${[value].flat().join(", ")}`);
  return shortName(parts.length > 0 ? `${base} (${parts.join(", ")})` : name);
}

/** Digits of a SHA-256 that a name pins content with. */
const PINNED = 12;

/** The digits to pin what has the SHA-256 `found`; throws `data` where the name at `path` pins another. */
export function pinned(path: string, { digest, found }: { digest: string | undefined; found: string }): string {
  if (digest && !found.startsWith(digest)) {
    const rule = `its content has changed: the name pins a SHA-256 that begins with ${digest}`;
    fail("data", path, { rule, got: found.slice(0, PINNED), remedy: `Leave out #${digest} to use it as it is now` });
  }
  return found.slice(0, PINNED);
}
