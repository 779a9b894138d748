/** From a specification back to the options that ask for it: to tell runs apart, and to change one by its options. */
import { fail } from "../base/errors.ts";
import { hashJson } from "../base/hash.ts";
import type { StudyKind, StudySpec } from "./kind.ts";
import type { Values } from "./option.ts";

/**
 * What a specification has of each option; one that it does not have is absent. Of a study of several parts, what differs
 * between them is the list of its values.
 */
export function optionsOf(kind: Pick<StudyKind, "options" | "parts">, spec: Values): Values {
  const { parts } = kind;
  if (parts === undefined) return ownOptions(kind, spec);
  const each = (spec[parts] as readonly Values[]).map((part) => ownOptions(kind, { ...spec, ...part }));
  const names = [...new Set(each.flatMap((own) => Object.keys(own)))];
  return Object.fromEntries(
    names.map((name) => {
      const values = [...new Map(each.map((own) => [JSON.stringify(own[name]), own[name]])).values()];
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

function ownOptions({ options }: Pick<StudyKind, "options">, spec: Values): Values {
  const values = options.map(({ name, of = (from: Values) => from[name] }) => [name, readFrom(of, spec)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** A specification that was written by hand, or before an option was there, may lack what an option looks into. */
function readFrom(of: (spec: Values) => unknown, spec: Values): unknown {
  try {
    return of(spec);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * A specification with other options in their place; without any as it is.
 * @throws `usage` for what is no specification of the study, and where the study's options do not say all of it
 */
export function specWith(kind: StudyKind, spec: StudySpec, given: Values): StudySpec {
  const parsed = kind.parse(spec);
  if (Object.keys(given).length === 0) return parsed;
  const base = baseOf(kind, { ...parsed });
  if (!asksFor(kind, base, parsed)) {
    const rule = `options beside it cannot change this specification of ${kind.name}, of which they do not say all`;
    fail("usage", "spec", { rule, remedy: "Change it in the file, and leave them out" });
  }
  return kind.specOf(given, base);
}

/** Options that ask for a specification, with its fields that no option gives, such as panels. */
function baseOf(kind: StudyKind, spec: Values): Values {
  const { parts } = kind;
  if (parts === undefined) return { ...spec, ...ownOptions(kind, spec) };
  const own = (spec[parts] as readonly Values[]).map((part) => ({
    name: part.name,
    options: { ...part, ...ownOptions(kind, part) },
  }));
  return { [parts]: own };
}

function asksFor(kind: StudyKind, base: Values, spec: StudySpec): boolean {
  try {
    return hashJson(kind.specOf({}, base)) === hashJson(spec);
  } catch {
    return false;
  }
}
