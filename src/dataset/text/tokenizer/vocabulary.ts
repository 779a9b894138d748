/** The WordPiece vocabulary of a BERT model, read from `vocab.txt` or from the WordPiece of `tokenizer.json`. */

import { fail } from "../../../base/errors.ts";
import type { CharacterRules } from "./characters.ts";

/** Tokens by id, and how text is prepared for them. */
export interface WordPiece {
  /** What is at no place is the empty text. */
  readonly tokens: readonly string[];
  readonly rules: CharacterRules;
}

/** Rules where a file says nothing: those of bert-base-uncased. */
export const USUAL_RULES: CharacterRules = { lowerCase: true, stripAccents: null, chinese: true };

/** What `tokenizer_config.json` may say of the rules; what it leaves out is as usual. */
export function rulesIn(config: unknown): Partial<CharacterRules> {
  const { do_lower_case, strip_accents, tokenize_chinese_chars } = config as Record<string, unknown>;
  return {
    ...(typeof do_lower_case === "boolean" && { lowerCase: do_lower_case }),
    ...(typeof strip_accents === "boolean" && { stripAccents: strip_accents }),
    ...(typeof tokenize_chinese_chars === "boolean" && { chinese: tokenize_chinese_chars }),
  };
}

/**
 * The vocabulary in the text of a file. `rules` stand over what the file says itself. Throws `data` naming the file and what
 * of it is another kind of tokenizer.
 */
export function readVocabulary(where: string, text: string, rules: Partial<CharacterRules> = {}): WordPiece {
  const read = text.trimStart().startsWith("{") ? fromJson(where, text) : fromLines(text);
  return { tokens: checkSpecials(where, read.tokens), rules: { ...read.rules, ...rules } };
}

/** The tokens that every BERT vocabulary has. */
export const SPECIALS = {
  pad: "[PAD]",
  unknown: "[UNK]",
  classify: "[CLS]",
  separate: "[SEP]",
  mask: "[MASK]",
} as const;

function checkSpecials(where: string, tokens: readonly string[]): readonly string[] {
  const lost = Object.values(SPECIALS).filter((token) => !tokens.includes(token));
  if (lost.length === 0) return tokens;
  const remedy = "Name the vocab.txt or tokenizer.json of a BERT model";
  return fail("data", where, {
    rule: "must be a WordPiece vocabulary, one token a line",
    got: `no ${lost.join(", ")}`,
    remedy,
  });
}

/** One token a line; the number of the line, from 0, is its id. */
function fromLines(text: string): WordPiece {
  const tokens = text.split(/\r?\n/);
  if (tokens.at(-1) === "") tokens.pop();
  return { tokens, rules: USUAL_RULES };
}

interface TokenizerJson {
  readonly model?: Record<string, unknown> & { readonly vocab?: Record<string, number> };
  readonly normalizer?: Record<string, unknown> | null;
  readonly pre_tokenizer?: Record<string, unknown> | null;
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
}

function fromJson(where: string, text: string): WordPiece {
  const { model, normalizer, pre_tokenizer, added_tokens = [] } = parsed(where, text);
  require(where, "model.type", { got: model?.type, of: "WordPiece" });
  require(where, "model.continuing_subword_prefix", { got: model?.continuing_subword_prefix ?? "##", of: "##" });
  require(where, "model.unk_token", { got: model?.unk_token ?? SPECIALS.unknown, of: SPECIALS.unknown });
  require(where, "model.max_input_chars_per_word", { got: model?.max_input_chars_per_word ?? 100, of: 100 });
  require(where, "normalizer.type", { got: normalizer?.type, of: "BertNormalizer" });
  require(where, "normalizer.clean_text", { got: normalizer?.clean_text ?? true, of: true });
  require(where, "pre_tokenizer.type", { got: pre_tokenizer?.type, of: "BertPreTokenizer" });
  const pairs = [
    ...Object.entries(model?.vocab ?? {}),
    ...added_tokens.map(({ id, content }) => [content, id] as const),
  ];
  const rules = {
    lowerCase: normalizer?.lowercase !== false,
    stripAccents: typeof normalizer?.strip_accents === "boolean" ? normalizer.strip_accents : null,
    chinese: normalizer?.handle_chinese_chars !== false,
  };
  return { tokens: placed(where, pairs), rules };
}

function parsed(where: string, text: string): TokenizerJson {
  try {
    return JSON.parse(text) as TokenizerJson;
  } catch (cause) {
    return fail("data", where, { rule: `must be JSON (${(cause as Error).message})`, remedy: "Get the file again" });
  }
}

function require(where: string, field: string, { got, of }: { got: unknown; of: string | number | boolean }): void {
  if (got === of) return;
  const remedy = "Only the tokenizers of BERT models are read";
  fail("data", `${where}, ${field}`, { rule: `must be ${of}`, got: got === undefined ? "nothing" : got, remedy });
}

function placed(where: string, pairs: readonly (readonly [string, number])[]): string[] {
  const most = 2 * pairs.length + 1000;
  const tokens: string[] = [];
  for (const [token, id] of pairs) {
    if (!Number.isSafeInteger(id) || id < 0 || id > most)
      fail("data", `${where}, token ${JSON.stringify(token)}`, { rule: `its id must be from 0 to ${most}`, got: id });
    tokens[id] = token;
  }
  return Array.from(tokens, (token) => token ?? "");
}
