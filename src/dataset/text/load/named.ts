/** What data sets of texts have in common when they are loaded: the tokenizer that their name says, and their identity. */

import { resolve } from "node:path";
import { fail } from "../../../base/errors.ts";
import type { Dataset, DatasetDescription } from "../../dataset.ts";
import { formatIdentity, type IdentityOptions } from "../../identity.ts";
import { decoded, formatDataName, pinned } from "../../source/name.ts";
import type { DataName } from "../../source/source.ts";
import { checkLength, USUAL_LENGTH } from "../tokenizer/sequence.ts";
import { type LoadedTokenizer, loadTokenizer } from "./tokenizer.ts";

/** The tokenizer of a name's `vocab`, and how it is written there. */
export interface NamedTokenizer {
  readonly tokenizer: LoadedTokenizer;
  readonly written: string;
}

/** A path, and the beginning of the SHA-256 of what it holds where that is pinned. */
const PINNED_PATH = /^(.+?)(?:#([0-9a-f]{12}))?$/s;

/** A path that a name's option holds, and the beginning of the SHA-256 that it pins. */
export function pinnedPath(option: string): { readonly path: string; readonly digest: string | undefined } {
  const [, path = "", digest] = PINNED_PATH.exec(decoded(option)) ?? [];
  return { path, digest };
}

/** Loads the tokenizer that a name says; throws `usage` where it says none. */
export async function namedTokenizer({ source, place, options }: DataName): Promise<NamedTokenizer> {
  const { path, digest } = pinnedPath(options.vocab ?? "");
  if (path === "") {
    const remedy = `Write ${source.prefix}:${place}?vocab=FOLDER, the folder of a BERT model or its vocab.txt`;
    return fail("usage", "vocab", { rule: "must name a vocabulary for the texts", remedy, fields: ["data"] });
  }
  const tokenizer = await loadTokenizer(path);
  const digits = pinned(path, { digest, found: tokenizer.digest });
  return { tokenizer, written: encodeURIComponent(`${resolve(path)}#${digits}`) };
}

/** The length that a name says, else the usual one; throws `usage` on another than a whole number. */
export function namedLength({ options }: Pick<DataName, "options">, usual = USUAL_LENGTH): number {
  return options.length === undefined ? usual : checkLength(Number(options.length));
}

/** What texts are, apart from where they lie: the SHA-256 of their files, and what a batch depends on beside them. */
export interface TextIdentity {
  readonly digest: string;
  readonly options: IdentityOptions;
  /** The options as the name writes them, paths with the beginning of their content's SHA-256. */
  readonly written: DataName["options"];
}

/** The name of a data set of texts and how specifications write it; throws `data` where its name pins another content. */
export function textNames(name: DataName, { digest, options, written }: TextIdentity) {
  const digits = pinned(name.place, { digest: name.digest, found: digest });
  const source = formatDataName({ ...name, digest: digits, options: { ...name.options, ...written } });
  return { name: formatIdentity({ kind: "text", digest, options }), source };
}

/** What rows of tokens are standardised by where no target is a number: nothing, so that no split has to decide it. */
export function withoutFloats({ target }: Pick<DatasetDescription, "target">): Pick<Dataset, "standardised"> {
  return target.kind === "numbers" ? {} : { standardised: {} };
}
