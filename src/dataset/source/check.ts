/** Telling at once whether a name can mean a data set. */

import { failNone } from "../../base/registry.ts";
import { OFFICIAL_NAMES } from "../official/sets.ts";
import { allDatasetNames, broughtDataset, isRegistered } from "../registry.ts";
import { parseDataName } from "./name.ts";
import { REGISTERED, SOURCES } from "./sources.ts";

/** How data sets are written that are in no registry. */
export const DATA_FORMS: readonly string[] = SOURCES.map(({ form }) => form);

/** The names of all data sets that have one. */
export function dataNames(): readonly string[] {
  return [...allDatasetNames(), ...OFFICIAL_NAMES];
}

/** `name` if it names a data set; throws `usage` naming the option `where` if not. */
export function checkDatasetName(name: string, where: string): string {
  const { source, place } = parseDataName(name);
  const isKnown = source !== REGISTERED || isRegistered(place) || broughtDataset(place) !== undefined;
  return isKnown ? name : failNone(place, { where, names: dataNames(), forms: DATA_FORMS });
}
