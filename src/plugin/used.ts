/** Which plug-ins a run is made of, and whether they are here. */
import { fail } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Run, RunPlugin } from "../store/store.ts";
import { studyEntry } from "../study/registry.ts";
import { plugins } from "./load.ts";

/** The loaded plug-ins that a study and its specification are made of, by what these name. */
export function usedPlugins(
  study: string,
  spec: object,
  datasets: readonly Pick<Dataset, "name" | "task">[],
): readonly RunPlugin[] {
  const named = JSON.stringify([spec, datasets.map(({ name, task }) => [name, task ?? null])]);
  const own = studyEntry(study)?.version;
  const used = plugins().filter(({ sha256 }) => own === sha256 || named.includes(sha256));
  return used.map(({ name, sha256 }) => ({ name, sha256 }));
}

/** The plug-ins of a run that are not loaded. */
export function missingPlugins({ plugins: needed = [] }: Pick<Run, "plugins">): readonly RunPlugin[] {
  return needed.filter(({ sha256 }) => !plugins().some((plugin) => plugin.sha256 === sha256));
}

/** Throws `usage` naming file and hash where a plug-in that a run is made of is not loaded. */
export function requirePlugins(run: Pick<Run, "id" | "plugins">, purpose: string): void {
  const [missing] = missingPlugins(run);
  if (!missing) return;
  const { name, sha256 } = missing;
  const other = plugins().find((plugin) => plugin.name === name);
  const rule = `${purpose} needs the plug-in ${name} with SHA-256 ${sha256}`;
  const got = other ? `one with ${other.sha256}` : "none";
  fail("usage", run.id, { rule, got, remedy: `Name it with --plugin ${name}`, fields: ["plugin"] });
}
