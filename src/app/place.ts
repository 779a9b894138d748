/** Where a data set lies that an artifact knows by its identity alone. */
import { fail } from "../base/errors.ts";
import { type Identity, parseIdentity } from "../dataset/identity.ts";
import { parseCsvName, parseFolderName } from "../dataset/names.ts";
import { normalisationOf, optionsOf, splitNormalisation } from "../dataset/normalisation.ts";
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
    sources.find((source) => isOf(source, identity)) ??
    fail("data", data, { rule: "a run of the store must say where it lies", remedy })
  );
}

function isOf(source: string, identity: Identity): boolean {
  const isPinned = (digest: string | undefined) => digest !== undefined && identity.digest.startsWith(digest);
  if (identity.kind === "folder") {
    const { base, by } = splitNormalisation(source);
    const folder = parseFolderName(base);
    const isSame = JSON.stringify(optionsOf(by)) === JSON.stringify(optionsOf(normalisationOf(identity)));
    return isSame && isPinned(folder?.digest) && folder!.size === identity.size;
  }
  const csv = parseCsvName(source);
  const { target = [], task = [], test = [] } = identity.options;
  if (!isPinned(csv?.digest) || csv!.target.join() !== target.join() || csv!.task !== task.join()) return false;
  return test.join("").slice(0, 12) === (csv!.testDigest ?? "");
}
