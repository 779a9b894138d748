/** Telling at once whether a name can mean a data set. */

import { broughtDataset, isRegistered, unknownDataset } from "../registry.ts";
import { parseDataName } from "./name.ts";
import { SOURCES } from "./sources.ts";

/** How data sets are written that are in no registry. */
export const DATA_FORMS: readonly string[] = SOURCES.map(({ form }) => form);

/** `name` if it names a data set; throws `usage` naming the option `where` if not. */
export function checkDatasetName(name: string, where: string): string {
  const { source, place } = parseDataName(name);
  const isKnown = source.prefix !== "" || isRegistered(place) || broughtDataset(place) !== undefined;
  return isKnown ? name : unknownDataset(place, where, DATA_FORMS);
}
