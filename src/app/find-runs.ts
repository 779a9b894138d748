/** Which runs are meant, by ids, sweeps and filters, and the options in which they differ. */

import { fail } from "../base/errors.ts";
import { shortName } from "../base/registry.ts";
import { nearest } from "../base/suggest.ts";
import type { Run, Store, Sweep } from "../store/store.ts";
import { optionsOf } from "../study/asked.ts";
import type { Option, Values } from "../study/option.ts";
import { findStudy } from "../study/registry.ts";

/**
 * The runs of these names, each once: ids or their beginnings, and those of sweeps for the runs of theirs that are there.
 * @throws `store` for a name of none and of several
 */
export async function runsNamed(store: Store, names: readonly string[]): Promise<Run[]> {
  const found = new Map<string, Run>();
  for (const name of names) {
    const sweep = await sweepNamed(store, name);
    const ids = sweep ? sweep.cells.map(({ run }) => run) : [name];
    for (const id of ids) {
      const run = sweep ? await store.readRun(id).catch(() => null) : await store.readRun(id);
      if (run) found.set(run.id, run);
    }
  }
  return [...found.values()];
}

/** The sweep that a name means: its id or, behind `sweep-`, the beginning of one; undefined where it means none. */
export async function sweepNamed(store: Store, name: string): Promise<Sweep | undefined> {
  if (!name.startsWith("sweep-")) return undefined;
  const sweeps = (await store.listSweeps()).filter(({ id }) => id.startsWith(name));
  if (sweeps.length < 2) return sweeps[0];
  const remedy = `Choose of ${sweeps.map(({ id }) => id).join(", ")}`;
  return fail("store", store.dir, {
    rule: `the name must be of one sweep, not of ${sweeps.length}`,
    got: name,
    remedy,
  });
}

/** What a run was asked for, by option; of a study that is not registered the fields of its specification. */
export function askedOf({ study, spec }: Pick<Run, "study" | "spec">): Values {
  const kind = findStudy(study);
  return kind ? optionsOf(kind, spec) : spec;
}

/** The options in which runs differ, of those that their studies share; in the order of the options. */
export function differing(runs: readonly Pick<Run, "study" | "spec">[]): string[] {
  const asked = runs.map(askedOf);
  const known = runs.map((run, i) => knownOptions(run) ?? Object.keys(asked[i]!));
  const names = [...new Set(known.flat())];
  return names.filter((name) => {
    const values = asked.filter((_, i) => known[i]!.includes(name)).map((own) => JSON.stringify(own[name]));
    return new Set(values).size > 1;
  });
}

function knownOptions({ study }: Pick<Run, "study">): string[] | undefined {
  return findStudy(study)?.options.map(({ name }) => name);
}

/** A value of an option as it is written on a command line. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (Array.isArray(value)) return value.map(valueText).join(",");
  return typeof value === "object" ? JSON.stringify(value) : shortName(String(value));
}

/** What to look for: a study, options by their names, and a tag. */
export interface RunFilter {
  readonly study?: string | undefined;
  /** Texts of values by field. */
  readonly where?: Values | undefined;
}

/** The runs that a filter means; throws `usage` for an option that no study has, and for a value that it never has. */
export function filtered(runs: readonly Run[], { study, where = {} }: RunFilter): Run[] {
  if (study !== undefined && !findStudy(study) && !runs.some((run) => run.study === study)) {
    const meant = nearest(study, [...new Set(runs.map((run) => run.study))]);
    fail("usage", "study", {
      rule: "no run is of this study",
      got: study,
      remedy: meant ? `Did you mean ${meant}?` : "",
    });
  }
  return runs.filter(
    (run) =>
      (study === undefined || run.study === study) &&
      Object.entries(where).every(([field, text]) => isAsked(run, field, String(text))),
  );
}

function isAsked(run: Run, field: string, text: string): boolean {
  const option = findStudy(run.study)?.options.find(({ name }) => name === field);
  if (!option) return false;
  const values = [askedOf(run)[field]].flatMap((value) => [value, ...partsOfMany(run, value)]);
  const wanted = JSON.stringify(readOption(option, text));
  return values.some((value) => JSON.stringify(value) === wanted || valueText(value) === text);
}

/** Of a study of several networks, the value of each is looked at. */
function partsOfMany({ study }: Run, value: unknown): readonly unknown[] {
  return findStudy(study)?.parts !== undefined && Array.isArray(value) ? value : [];
}

/** Reads a value of an option as its study does; a switch is `true` or `false`. */
export function readOption({ name, read }: Option, text: string): unknown {
  if (read) return read(text, name);
  if (text === "true" || text === "false") return text === "true";
  return fail("usage", name, { rule: "must be true or false", got: text });
}
