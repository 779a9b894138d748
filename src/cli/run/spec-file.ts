/** `--spec FILE`: a specification that was written beside figures, or by hand, in place of a preset. */

import { fail } from "../../base/errors.ts";
import { UNREAD } from "../../model/identity.ts";
import { specWith } from "../../study/asked.ts";
import type { StudyKind, StudySpec } from "../../study/kind.ts";
import type { Values } from "../../study/option.ts";
import { studyNamed } from "../../study/registry.ts";
import { readJsonFile } from "../talk/json-file.ts";

/** What such a file says; it may say more, as `figures/spec.json` does. */
interface SpecFile {
  readonly study: string;
  readonly spec: StudySpec;
}

/** Reads a file; throws `data` where it cannot be read, `usage` for what is no JSON, or without study or specification. */
async function readSpecFile(file: string): Promise<SpecFile> {
  const { study, spec } = ((await readJsonFile(file)) ?? {}) as Partial<Record<string, unknown>>;
  const isSpec = typeof spec === "object" && spec !== null && !Array.isArray(spec);
  if (typeof study === "string" && isSpec) return { study, spec: { study, ...spec } };
  const remedy = "Take figures/spec.json of a run, or write these two";
  return fail("usage", "spec", { rule: `${file} must hold {"study":NAME,"spec":{...}}`, remedy });
}

/**
 * A kind of study whose options are over the specification of a file, as they else are over a preset; throws `usage` where that is of
 * another study, and where options beside it cannot change it.
 */
export async function overFile(kind: StudyKind, file: string, preset: string | undefined): Promise<StudyKind> {
  if (preset !== undefined)
    fail("usage", "preset", {
      rule: "does nothing beside spec, which says all",
      remedy: "Leave one out",
      fields: ["spec"],
    });
  const { study, spec } = await readSpecFile(file);
  if (study !== kind.name)
    fail("usage", "spec", {
      rule: `${file} must be of the study ${kind.name}`,
      got: study,
      remedy: `Write run ${study}`,
    });
  return { ...kind, specOf: (given) => specWith(kind, spec, withoutSame(given, { ...spec })) };
}

/** Options but for a file of weights that is the specification's own, and for its model: it is named for what is in it. */
function withoutSame(given: Values, spec: Values): Values {
  const sha256In = (value: unknown) => (value as { readonly sha256?: string } | undefined)?.sha256;
  const isSame = (name: string) =>
    (name === "model" && given.model === spec.model) ||
    (sha256In(given[name]) !== undefined && [UNREAD, sha256In(spec[name])].includes(sha256In(given[name])));
  return Object.fromEntries(Object.entries(given).filter(([name]) => !isSame(name)));
}

/** The words of a command line `run --spec FILE` with the study that the file names in its place. */
export async function withStudy(words: readonly string[]): Promise<readonly string[]> {
  const at = words.indexOf("run");
  if (at < 0 || !words[at + 1]?.startsWith("-")) return words;
  const rest = words.slice(at + 1);
  const flag = rest.findIndex((word) => word === "--spec" || word.startsWith("--spec="));
  const file = rest[flag]?.startsWith("--spec=") ? rest[flag].slice("--spec=".length) : rest[flag + 1];
  if (flag < 0 || file === undefined) return words;
  const { study } = await readSpecFile(file);
  return [...words.slice(0, at + 1), studyNamed(study).name, ...rest];
}
