/** Where a data set lies that an artifact knows by its identity alone. */
import { fail } from "../base/errors.ts";
import { parseIdentity } from "../dataset/identity.ts";
import { parseDataName } from "../dataset/source/name.ts";
import type { RunStore } from "../store/store.ts";
import { partsOf } from "./runs.ts";

/**
 * How to load the data set of a stored artifact: its name where it is registered, else the place that a run of the store
 * learnt it from. Throws `data` where no run says so.
 */
export async function placeOf(store: Pick<RunStore, "listRuns">, data: string): Promise<string> {
  const identity = parseIdentity(data);
  if (!identity) return data;
  const sources = (await store.listRuns()).flatMap((run) => partsOf(run).map((part) => String(part.data)));
  const remedy = "Keep the run that trained it, and its file where it was";
  return (
    sources.find((place) => {
      const name = parseDataName(place);
      return name.source.means(name, identity);
    }) ?? fail("data", data, { rule: "a run of the store must say where it lies", remedy })
  );
}
