/** A data set as its name says that it is normalised and learnt. */

import type { DatasetDescription } from "../dataset.ts";
import { formatIdentity, parseIdentity } from "../identity.ts";
import { normalised } from "../normalisation.ts";
import { broughtTask, formatDataName, normalisationOfName, parseDataName } from "./name.ts";
import type { DataName } from "./source.ts";

/**
 * A data set, or what is known of one, normalised and learnt as a name of it says, which its own name then says too. Throws
 * `usage` on numbers for another count of channels, and for a data set of features.
 */
export function asNamed<D extends DatasetDescription>(dataset: D, name: DataName): D {
  const task = broughtTask(name) ?? dataset.task;
  const made = normalised(dataset, normalisationOfName(name));
  return task === undefined ? made : { ...made, task, name: named(made.name, task) };
}

/** The identity of files has options; other names are followed by them. */
function named(name: string, task: string): string {
  const identity = parseIdentity(name);
  if (identity) return formatIdentity({ ...identity, options: { ...identity.options, task: [task] } });
  const parsed = parseDataName(name);
  return formatDataName({ ...parsed, options: { ...parsed.options, task } });
}
