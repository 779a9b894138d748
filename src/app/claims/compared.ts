/** Runs of a store as claims compare them, and whether they are those that were registered. */

import { fail } from "../../base/errors.ts";
import { hashJson } from "../../base/hash.ts";
import type { Run, Store } from "../../store/store.ts";
import { studyNamed } from "../../study/registry.ts";
import { detailsOf } from "../runs.ts";
import { measureOf } from "../task.ts";
import type { Compared, ComparedRow } from "./contrast.ts";
import type { Registered } from "./registered.ts";

/** The rows of a run; throws `usage` where its study does not compare, `data` where it is not at its end. */
export async function comparedOf(store: Store, run: Run): Promise<Compared> {
  const { comparison } = studyNamed(run.study);
  if (!comparison) fail("usage", run.id, { rule: "rows of its study cannot be compared", got: run.study });
  if (run.status !== "complete")
    fail("data", run.id, { rule: "must be complete", got: run.status, remedy: "The same command continues it" });
  const rows = (await detailsOf(store, run)) as readonly ComparedRow[];
  return { rows, measure: measureOf(run), comparison: comparison as Compared["comparison"] };
}

/**
 * The runs of a registration by their names.
 * @param named runs by name, of a registration with one run also under `""`
 * @throws `usage` where one is missing, or was run with another specification than was registered
 */
export async function registeredRuns(
  store: Store,
  { runs }: Registered,
  named: ReadonlyMap<string, string>,
): Promise<(name: string | undefined) => Compared> {
  const names = Object.keys(runs);
  const found = new Map<string, Compared>();
  for (const name of names) {
    const given = named.get(name) ?? (names.length === 1 ? named.get("") : undefined);
    const remedy = `Write ${name}=RUN`;
    if (given === undefined) fail("usage", name, { rule: "the registration needs this run", remedy });
    const run = await store.readRun(given);
    checkSpec(run, runs[name]!.spec);
    found.set(name, await comparedOf(store, run));
  }
  return (name) => found.get(name ?? names[0]!)!;
}

function checkSpec({ id, study, spec }: Run, registered: Readonly<Record<string, unknown>>): void {
  const own: Readonly<Record<string, unknown>> = { ...spec, study };
  for (const [field, value] of Object.entries(registered)) {
    if (field in own && hashJson(own[field]) === hashJson(value)) continue;
    const rule = `${field} must be as it was registered, ${JSON.stringify(value)}`;
    fail("usage", id, { rule, got: JSON.stringify(own[field]), remedy: "Name the run that the registration is of" });
  }
}
