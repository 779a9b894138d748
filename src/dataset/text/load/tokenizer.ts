/** The tokenizer of a file or of a Hugging Face folder. */

import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail } from "../../../base/errors.ts";
import { createTokenizer, type Tokenizer } from "../tokenizer/tokenizer.ts";
import { readVocabulary, rulesIn, type WordPiece } from "../tokenizer/vocabulary.ts";
import { readText } from "./text-file.ts";

/** A tokenizer, and what it is apart from where it lies. */
export interface LoadedTokenizer extends Tokenizer {
  /** SHA-256 of tokens and rules. */
  readonly digest: string;
  /** Its tokens, and how text is prepared. */
  readonly vocabulary: WordPiece;
}

/** Files of a folder that hold a vocabulary; `vocab.txt` first, whose rules are in `tokenizer_config.json`. */
const NAMES = ["vocab.txt", "tokenizer.json", "vocab.txt.gz"];

/**
 * The tokenizer at `path`: a `vocab.txt`, a `tokenizer.json`, or a folder with one of them. A `tokenizer_config.json` beside
 * it says how text is prepared, as for Hugging Face's library. Throws `data` where there is none or it is of another kind.
 */
export async function loadTokenizer(path: string): Promise<LoadedTokenizer> {
  const file = await vocabularyAt(path);
  const { where, text } = await readText(file);
  const config = join(dirname(file), "tokenizer_config.json");
  const rules = (await isFile(config)) ? rulesIn(await readJson(config)) : {};
  const vocabulary = readVocabulary(where, text, rules);
  const digest = createHash("sha256")
    .update(JSON.stringify([vocabulary.tokens, vocabulary.rules]))
    .digest("hex");
  return { ...createTokenizer(vocabulary), digest, vocabulary };
}

async function vocabularyAt(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return path;
  for (const name of NAMES) if (await isFile(join(path, name))) return join(path, name);
  const remedy = "Name the folder of a BERT model, or the file";
  return fail("data", path, { rule: `must hold ${NAMES.slice(0, 2).join(" or ")}`, remedy });
}

async function readJson(path: string): Promise<unknown> {
  const { text } = await readText(path);
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    return fail("data", path, { rule: `must be JSON (${(cause as Error).message})`, remedy: "Get the file again" });
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
