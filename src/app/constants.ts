/** What pixels were normalised by, as runs keep it and as names say it. */
import type { DatasetDescription } from "../dataset/dataset.ts";
import { parseIdentity } from "../dataset/identity.ts";
import { normalisationSentence } from "../dataset/normalisation.ts";
import { datasetInfo, describe, isRegistered } from "../dataset/registry.ts";
import { asNamed } from "../dataset/source/learnt.ts";
import { parseDataName } from "../dataset/source/name.ts";
import type { Run, RunConstants, RunStore } from "../store/store.ts";
import { partsOf } from "./runs.ts";

/** Of the data sets of images among those of a study. */
export function constantsOf(datasets: readonly DatasetDescription[]): RunConstants[] {
  return datasets.flatMap(({ name, mean, std, pixels }) =>
    mean && std ? [{ data: name, mean, std, ...(pixels && { pixels }) }] : [],
  );
}

/** Of a run: as it keeps them, or, of one from before runs did, as the names of registered data sets say. */
export function constantsOfRun(run: Pick<Run, "study" | "spec" | "normalised">): readonly RunConstants[] {
  const names = [...new Set(partsOf(run).flatMap(({ data }) => (typeof data === "string" ? [data] : [])))];
  return run.normalised ?? constantsOf(names.flatMap((name) => registered(name) ?? []));
}

/** Of the data set that an artifact was made on, by its name; undefined where neither that nor a run of the store says. */
export async function constantsOfData(
  store: Pick<RunStore, "listRuns">,
  data: unknown,
): Promise<RunConstants | undefined> {
  if (typeof data !== "string") return undefined;
  const [known] = constantsOf([registered(data) ?? []].flat());
  if (known) return known;
  return (await store.listRuns()).flatMap((run) => run.normalised ?? []).find((each) => each.data === data);
}

/** In sentences, with the data set's name where there are several. */
export function constantsText(constants: readonly RunConstants[]): string {
  const named = constants.length > 1;
  return constants.map((each) => `${named ? `${each.data}: ` : ""}${normalisationSentence(each)}`).join("\n");
}

function registered(name: string): DatasetDescription | undefined {
  if (parseIdentity(name)) return undefined;
  const parsed = parseDataName(name);
  if (parsed.source.prefix !== "" || !isRegistered(parsed.place)) return undefined;
  return asNamed(describe(datasetInfo(parsed.place)), parsed);
}
