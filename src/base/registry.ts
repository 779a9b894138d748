/**
 * What has a name: models, data sets, scores, tasks, studies, steps, schedules, optimizers, each kind in one registry that can
 * be added to. What this package has is called by its name alone. What a user brings is called `NAME@VERSION`, in
 * specifications and so in keys: the version is a content hash, or what the user gives.
 */
import { fail } from "./errors.ts";
import { nearest } from "./suggest.ts";

/** A thing of a registry, with its version where a user brought it. */
export interface Entry<T> {
  /** As specifications write it: `NAME`, or `NAME@VERSION` of what a user brought. */
  readonly name: string;
  readonly version?: string;
  readonly value: T;
}

/** All things of one kind by name. */
export interface Registry<T> {
  /** What it holds, in a word: `model`. */
  readonly what: string;
  /** Holds a thing from now on, whatever it holds already: {@link addTo} checks that. */
  hold(entry: Entry<T>): void;
  /** The entry of `NAME` or `NAME@VERSION`; of a name that several versions have, the one added last. */
  find(asked: string): Entry<T> | undefined;
  /** The same; throws `usage` naming `where` (default the kind) with what there is. */
  get(asked: string, where?: string): Entry<T>;
  /** Names without versions, those of this package first. */
  names(): readonly string[];
  entries(): readonly Entry<T>[];
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,129}$/;

/** The name and the version that `NAME@VERSION` is made of; the version is undefined of a name alone. */
export function splitVersion(asked: string): { readonly base: string; readonly version?: string } {
  const at = asked.lastIndexOf("@");
  return at > 0 ? { base: asked.slice(0, at), version: asked.slice(at + 1) } : { base: asked };
}

/** A name with its version as people read it: `wide@0123456789abcdef...` is `wide@01234567`. */
export function shortName(name: string): string {
  return name.replace(/@([0-9a-f]{8})[0-9a-f]{56}(?:\.[0-9a-f]+)?/g, "@$1");
}

/** A registry of what this package has, by name. */
export function createRegistry<T>(what: string, own: Readonly<Record<string, T>>): Registry<T> {
  const all = new Map(Object.entries(own).map(([name, value]): [string, Entry<T>] => [name, { name, value }]));
  const find = (asked: string) => {
    const exact = all.get(asked);
    return exact ?? [...all.values()].findLast(({ name }) => splitVersion(name).base === asked);
  };
  const names = () => [...new Set([...all.keys()].map((name) => splitVersion(name).base))];
  return {
    what,
    find,
    names,
    entries: () => [...all.values()],
    hold: (entry) => all.set(entry.name, entry),
    get: (asked, where = what) => find(asked) ?? failUnknown(asked, { where, what, names: names() }),
  };
}

/**
 * Adds a thing to a registry; returns how specifications write it. Throws `usage` on a name that is none, on one of this
 * package, and where another thing has the same name and version.
 */
export function addTo<T>(registry: Registry<T>, base: string, value: T, version?: string): string {
  const { what } = registry;
  if (version !== undefined) checkBrought(what, { base, version });
  const name = version === undefined ? base : `${base}@${version}`;
  const all = registry.entries();
  const before = all.find((entry) => entry.name === name) ?? all.find((entry) => entry.name === base);
  if (before && !(before.value === value && before.name === name)) failTaken(what, before, name);
  registry.hold({ name, value, ...(version !== undefined && { version }) });
  return name;
}

function checkBrought(what: string, { base, version }: { base: string; version: string }): void {
  if (!NAME.test(base)) {
    const rule = "name must be of letters, digits and . _ + -";
    fail("usage", what, { rule, got: base, remedy: "Write one such as my-model" });
  }
  if (!VERSION.test(version)) {
    const rule = `version of ${base} must be of letters, digits and . _ + -, 130 at most`;
    fail("usage", what, { rule, got: version, remedy: "Write one such as 1" });
  }
}

function failTaken(what: string, { name: held, version }: Entry<unknown>, name: string): never {
  const rule = `two ${plural(what)} must not have one name${version === undefined ? "" : " and version"}`;
  const remedy = held === name && version !== undefined ? "Raise the version of what has changed" : "";
  return fail("usage", what, { rule, got: splitVersion(name).base, remedy });
}

function plural(what: string): string {
  if (what.endsWith("s")) return what;
  return what.endsWith("y") ? `${what.slice(0, -1)}ies` : `${what}s`;
}

interface Known {
  readonly where: string;
  readonly what: string;
  readonly names: readonly string[];
}

/** Refuses a name that nothing has; of `NAME@VERSION` it says what is missing. */
export function failUnknown(asked: string, { where, what, names }: Known): never {
  const { base, version } = splitVersion(asked);
  if (version !== undefined) {
    const isHash = /^[0-9a-f]{64}/.test(version);
    const rule = `the ${what} ${base} was brought ${isHash ? `by what has the SHA-256 ${version}` : `with version ${version}`}, which is not here`;
    const changed = names.includes(base) ? "; the one that is here has another, for its file has changed since" : "";
    fail("usage", where, {
      rule: rule + changed,
      remedy: "Name the file that brings it with --plugin",
      fields: ["plugin"],
    });
  }
  return failNone(asked, { where, names });
}

/** Refuses a name that is none of `names`, nor of other `forms`; says which one it may have meant, and `of` what they are. */
export function failNone(
  asked: string,
  {
    where,
    names,
    forms = [],
    of,
  }: Pick<Known, "where" | "names"> & { readonly forms?: readonly string[]; of?: string },
): never {
  const meant = nearest(asked, names);
  const rule = `${of === undefined ? "" : `of ${of} `}must be one of ${[names.join(", "), ...forms].join("; ")}`;
  return fail("usage", where, { rule, got: asked, remedy: meant ? `Did you mean ${meant}?` : "" });
}
