/**
 * Names of data sets that are in no registry: kind, SHA-256 of the bytes learnt from, and every option that changes what
 * a batch holds, in one canonical spelling: `csv:SHA256?target=price&task=regression`, `folder@32#SHA256`, `arrays:SHA256`,
 * `text:SHA256?length=128&set=glue%3Acola&vocab=SHA256`.
 * Never a place.
 */

import { fail } from "../base/errors.ts";

/** Values by name, in any order of names; each option has at least one value, and their order counts. */
export type IdentityOptions = Readonly<Record<string, readonly string[]>>;

/** What a data set is, apart from where it lies. */
export type Identity =
  /** Of files of CSV and of texts the SHA-256 of their bytes; of arrays that of what is learnt from, whatever file they were in. */
  | { readonly kind: "csv" | "arrays" | "text"; readonly digest: string; readonly options: IdentityOptions }
  | {
      readonly kind: "folder";
      readonly digest: string;
      /** Height and width of images, in pixels. */
      readonly size: number;
      readonly options: IdentityOptions;
    };

const FORM = /^(?:(csv|arrays|text):|folder@([1-9]\d{0,8})#)([0-9a-f]{64})(?:\?(.+))?$/;
const DIGEST = /^[0-9a-f]{64}$/;

/** The canonical name: options sorted by name (UTF-16 order), names and values as in an address, values behind commas. */
export function formatIdentity(identity: Identity): string {
  const { kind, digest, options } = identity;
  if (!DIGEST.test(digest)) fail("data", kind, { rule: "an identity holds a whole SHA-256", got: digest });
  const head = kind === "folder" ? `folder@${identity.size}#${digest}` : `${kind}:${digest}`;
  const spelt = Object.keys(options)
    .sort()
    .map((name) => `${encodeURIComponent(name)}=${spellValues(name, options[name]!)}`);
  return spelt.length > 0 ? `${head}?${spelt.join("&")}` : head;
}

/** What a name of {@link formatIdentity} means, its options in any order; undefined for names of another form. */
export function parseIdentity(name: string): Identity | undefined {
  const [, kind, size, digest, query] = FORM.exec(name) ?? [];
  const options = digest && parseOptions(query);
  if (!options) return undefined;
  if (kind === undefined) return { kind: "folder", digest, size: Number(size), options };
  return { kind: kind as "csv" | "arrays" | "text", digest, options };
}

/** Tells whether options are the same, in whatever order they are named. */
export function isSameOptions(a: IdentityOptions, b: IdentityOptions): boolean {
  const spelt = (options: IdentityOptions) => JSON.stringify(Object.entries(options).sort());
  return spelt(a) === spelt(b);
}

function spellValues(name: string, values: readonly string[]): string {
  if (values.length === 0) fail("data", name, { rule: "an option of an identity needs a value" });
  return values.map(encodeURIComponent).join(",");
}

function parseOptions(query: string | undefined): IdentityOptions | undefined {
  const pairs = query?.split("&").map((part) => /^([^=]+)=([^=]*)$/.exec(part)) ?? [];
  try {
    const options = pairs.map((pair): [string, string[]] => [
      decodeURIComponent(pair![1]!),
      pair![2]!.split(",").map(decodeURIComponent),
    ]);
    const names = new Set(options.map(([name]) => name));
    return names.size === options.length ? Object.fromEntries(options) : undefined;
  } catch {
    // A part without `=`, or an escape that is none: some other name.
    return undefined;
  }
}
