/** The tokenizer against ids and places that Hugging Face's library gave, and what vocabularies are refused. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sequenceOf } from "./sequence.ts";
import { createTokenizer } from "./tokenizer.ts";
import { readVocabulary, rulesIn, USUAL_RULES } from "./vocabulary.ts";

interface Known {
  readonly vocabulary: readonly string[];
  readonly cases: readonly {
    readonly rules: object;
    readonly texts: readonly { text: string; ids: number[]; starts: number[]; ends: number[] }[];
    readonly pairs: readonly { texts: [string, string]; length: number; ids: number[]; types: number[] }[];
  }[];
}

/** Written by scripts/text-fixtures.py. */
const known = JSON.parse(readFileSync(new URL("../fixtures/tokenizer.json", import.meta.url), "utf8")) as Known;
const vocabulary = known.vocabulary.join("\n");
const tokenizer = createTokenizer(readVocabulary("vocab.txt", vocabulary));

describe.each(known.cases)("with rules $rules", ({ rules, texts, pairs }) => {
  const own = createTokenizer(readVocabulary("vocab.txt", vocabulary, rulesIn(rules)));

  test.each(texts)("$text has the library's ids and places", ({ text, ids, starts, ends }) => {
    expect(own.encode(text)).toEqual({ ids, starts, ends });
  });

  test("pairs have its ids and types, whichever text is cut", () => {
    for (const { texts, length, ids, types } of pairs) expect(sequenceOf(own, texts, length)).toEqual({ ids, types });
  });
});

test("places are in order and inside the text, and sequences keep their length", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 });
  fc.assert(
    fc.property(text, text, fc.integer({ min: 5, max: 40 }), (first, second, length) => {
      const { ids, starts, ends } = tokenizer.encode(first);
      expect([starts.length, ends.length]).toEqual([ids.length, ids.length]);
      expect(starts.every((start, i) => start < ends[i]! && ends[i]! <= first.length)).toBe(true);
      expect(starts.every((start, i) => i === 0 || start >= starts[i - 1]!)).toBe(true);
      const all = sequenceOf(tokenizer, [first, second], 1000);
      const cut = sequenceOf(tokenizer, [first, second], length);
      expect(cut.ids).toHaveLength(Math.min(length, all.ids.length));
      expect(cut.types).toHaveLength(cut.ids.length);
    }),
  );
});

test("a length without room for two texts is refused", () => {
  expect(() => sequenceOf(tokenizer, ["a"], 4)).toThrow("length: must be an integer from 5");
});

describe("a vocabulary", () => {
  const json = (changes: object = {}) =>
    JSON.stringify({
      model: { type: "WordPiece", vocab: Object.fromEntries(known.vocabulary.map((token, id) => [token, id])) },
      normalizer: { type: "BertNormalizer", lowercase: false, strip_accents: null, handle_chinese_chars: true },
      pre_tokenizer: { type: "BertPreTokenizer" },
      ...changes,
    });

  test("of tokenizer.json is that of vocab.txt, with the rules that it says", () => {
    const read = readVocabulary("tokenizer.json", json());
    expect(read.tokens).toEqual(known.vocabulary);
    expect(read.rules).toEqual({ ...USUAL_RULES, lowerCase: false });
    expect(createTokenizer(read).encode("New new").ids).toEqual([13, 14]);
  });

  test("may end its lines as it likes", () => {
    expect(readVocabulary("vocab.txt", `${known.vocabulary.join("\r\n")}\r\n`).tokens).toEqual(known.vocabulary);
  });

  test.each<[string, string, string]>([
    ["a list of words", "one\ntwo\n", 'vocab: must be a WordPiece vocabulary, one token a line, got "no [PAD], [UNK]'],
    ["no JSON", "{", "vocab: must be JSON"],
    ["another model", json({ model: { type: "BPE" } }), 'vocab, model.type: must be WordPiece, got "BPE". Only the'],
    ["another preparation", json({ normalizer: { type: "NFC" } }), "vocab, normalizer.type: must be BertNormalizer"],
    ["no preparation", json({ normalizer: null }), 'vocab, normalizer.type: must be BertNormalizer, got "nothing"'],
    ["other words", json({ pre_tokenizer: { type: "Whitespace" } }), "vocab, pre_tokenizer.type: must be BertPreTok"],
    ["a wild id", json({ added_tokens: [{ id: 1e9, content: "x" }] }), 'vocab, token "x": its id must be from 0 to'],
  ])("that is %s is refused", (_, text, message) => {
    expect(() => readVocabulary("vocab", text)).toThrow(message);
    expect(() => readVocabulary("vocab", text)).toThrow(expect.objectContaining({ code: "data" }));
  });
});

const folder = process.env.TOMBOLA_MINILM;

describe.runIf(folder)("TOMBOLA_MINILM", () => {
  test("its cases have their ids and segments", () => {
    expect(existsSync(join(folder!, "cases.json"))).toBe(true);
    const cases = JSON.parse(readFileSync(join(folder!, "cases.json"), "utf8"));
    const own = createTokenizer(readVocabulary("vocab.txt", readFileSync(join(folder!, "vocab.txt"), "utf8")));
    for (const { text, pair, ids, segments } of cases)
      expect(sequenceOf(own, [text, pair], 128)).toEqual({ ids, types: segments });
    expect(cases.length).toBe(32);
  });
});
