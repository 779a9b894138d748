/** A data set as its name says that it is modified, normalised and learnt. */

import type { DatasetDescription } from "../dataset.ts";
import { formatIdentity, parseIdentity } from "../identity.ts";
import { modificationOptions } from "../modify/modifiers.ts";
import { modified } from "../modify/modify.ts";
import { normalised } from "../normalisation.ts";
import { broughtTask, formatDataName, modificationOfName, normalisationOfName, parseDataName } from "./name.ts";
import type { DataName } from "./source.ts";

/**
 * A data set, or what is known of one, modified, normalised and learnt as a name of it says, which its own name then says too.
 * Throws `usage` on modifiers that do nothing, on numbers for another count of channels, and for a data set of features.
 */
export function asNamed<D extends DatasetDescription>(dataset: D, name: DataName): D {
  const task = broughtTask(name) ?? dataset.task;
  const made = normalised(modifiedAs(dataset, name), normalisationOfName(name));
  return task === undefined ? made : { ...made, task, name: named(made.name, task) };
}

function modifiedAs<D extends DatasetDescription>(dataset: D, name: DataName): D {
  const modification = modificationOfName(name);
  const options = modificationOptions(modification);
  if (Object.keys(options).length === 0) return dataset;
  const made = modified(dataset, modification);
  const identity = parseIdentity(dataset.name);
  if (identity) return { ...made, name: formatIdentity({ ...identity, options: { ...identity.options, ...options } }) };
  const { size, words, modifiers } = name;
  return { ...made, name: formatDataName({ ...parseDataName(dataset.name), ...(size && { size }), words, modifiers }) };
}

/** The identity of files has options; other names are followed by them. */
function named(name: string, task: string): string {
  const identity = parseIdentity(name);
  if (identity) return formatIdentity({ ...identity, options: { ...identity.options, task: [task] } });
  const parsed = parseDataName(name);
  return formatDataName({ ...parsed, options: { ...parsed.options, task } });
}
