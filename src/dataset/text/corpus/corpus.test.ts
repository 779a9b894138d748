/** Corpora: words and their vocabulary, blocks, and masks with fixed odds. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkTable } from "../../check-table.ts";
import { writeFiles } from "../fixtures/files.ts";
import { blockTables, loadCorpus, wordStreams } from "../load/corpus.ts";
import { loadTokenizer } from "../load/tokenizer.ts";
import { createTokenizer } from "../tokenizer/tokenizer.ts";
import { readVocabulary } from "../tokenizer/vocabulary.ts";
import { blocksOf, writtenBack } from "./blocks.ts";
import { EVALUATION, maskRow, maskTable, NOT_SCORED } from "./masking.ts";
import { syntheticLines } from "./synthetic.ts";
import { idsOf, vocabularyOf, wordsOf } from "./words.ts";

const { vocabulary } = JSON.parse(readFileSync(new URL("../fixtures/tokenizer.json", import.meta.url), "utf8"));
const tokenizer = createTokenizer(readVocabulary("vocab.txt", vocabulary.join("\n")));

describe("words", () => {
  test("lie between white space, with <eos> behind every line", () => {
    expect(wordsOf([" the  win ", "", "a\u00a0b \ufeff"])).toEqual([
      "the",
      "win",
      "<eos>",
      "<eos>",
      "a",
      "b",
      "\ufeff",
      "<eos>",
    ]);
  });

  test("the most frequent make the vocabulary, the earlier of equally frequent ones first, <unk> always among them", () => {
    const words = ["b", "a", "c", "a", "b", "d"];
    expect(vocabularyOf(words)).toEqual(["b", "a", "c", "d", "<unk>"]);
    expect(vocabularyOf(words, 3)).toEqual(["b", "a", "<unk>"]);
    expect(vocabularyOf([...words, "<unk>", "<unk>", "<unk>"], 2)).toEqual(["<unk>", "b"]);
    expect([...idsOf(words, ["b", "a", "<unk>"])]).toEqual([0, 1, 2, 1, 0, 2]);
  });
});

test("in the made-up language one of four words follows each, and it is the same every time", () => {
  const lines = syntheticLines(300);
  expect(syntheticLines(300)).toEqual(lines);
  const followers = new Map<string, Set<string>>();
  for (const words of lines.map((line) => line.split(" ")))
    words.slice(1).forEach((word, i) => {
      followers.set(words[i]!, (followers.get(words[i]!) ?? new Set()).add(word));
    });
  expect(followers.size).toBe(40);
  for (const words of followers.values()) expect(words.size).toBe(4);
});

describe("blocks", () => {
  test("are the text end to end, each between [CLS] and [SEP]", () => {
    const rows = blocksOf(["the the", "", "ticket a win"], tokenizer, 5);
    const inside = rows.flatMap((row) => row.slice(1, -1));
    expect(inside).toEqual(tokenizer.encode("the the ticket a win").ids);
    expect(rows.map((row) => [row.length, row[0], row.at(-1)])).toEqual([
      [5, tokenizer.special.classify, tokenizer.special.separate],
      [4, tokenizer.special.classify, tokenizer.special.separate],
    ]);
  });

  test("of WikiText are written back", () => {
    expect(writtenBack("role @-@ playing 1 @,@ 204 @.@ 5 , <unk> @ - @")).toBe("role-playing 1,204.5 , [UNK] @ - @");
  });
});

describe("masks", () => {
  const row = Array.from({ length: 40_000 }, (_, i) => 6 + (i % (tokenizer.size - 6)));
  const { special } = tokenizer;

  /** Within five standard deviations of a fraction of so many. */
  function expectFraction(found: number, fraction: number, of: number): void {
    expect(Math.abs(found / of - fraction)).toBeLessThan(5 * Math.sqrt((fraction * (1 - fraction)) / of));
  }

  test("select 15 %, of which 80 % show [MASK], 10 % another token and 10 % themselves", () => {
    const { tokens, labels } = maskRow(row, tokenizer, { ...EVALUATION, row: 0 });
    const selected = [...labels.keys()].filter((i) => labels[i] !== NOT_SCORED);
    expect(selected.every((i) => labels[i] === row[i])).toBe(true);
    expect([...tokens.keys()].filter((i) => labels[i] === NOT_SCORED && tokens[i] !== row[i])).toEqual([]);
    expectFraction(selected.length, 0.15, row.length);
    const { length } = selected.filter((i) => tokens[i] === special.mask);
    // A token that is drawn at random is [MASK], or itself, once in the size of the vocabulary.
    expectFraction(length, 0.8 + 0.1 / tokenizer.size, selected.length);
    expectFraction(selected.filter((i) => tokens[i] === row[i]).length, 0.1 + 0.1 / tokenizer.size, selected.length);
  });

  test("never select special tokens, [UNK] among them", () => {
    const specials = Object.values(special).flatMap((id) => Array.from({ length: 500 }, () => id));
    const { tokens, labels } = maskRow(specials, tokenizer, { ...EVALUATION, row: 1 });
    expect([...tokens]).toEqual(specials);
    expect(labels.every((label) => label === NOT_SCORED)).toBe(true);
  });

  test("are those of their key: others for every row, epoch, replicate and seed", () => {
    const key = { seed: 1, replicate: 2, epoch: 3, row: 4 };
    const made = (changes: object) => maskRow(row, tokenizer, { ...key, ...changes }).tokens.join();
    const all = [{}, { row: 5 }, { epoch: 4 }, { replicate: 3 }, { seed: 2 }].map(made);
    expect(new Set(all).size).toBe(5);
    expect(made({})).toBe(all[0]);
  });

  test("of a table are rows under one key, its other columns as they were", async () => {
    const folder = writeFiles({ "text.txt": "the ticket a win\n".repeat(40) });
    const corpus = await loadCorpus(`text:${join(folder, "text.txt")}`);
    const { test: table } = blockTables(corpus, await loadTokenizer(folder), 9);
    const masked = maskTable(table, tokenizer);
    checkTable("masked", masked);
    expect(masked.columns.types).toBe(table.columns.types);
    const [own] = table.columns.tokens!.lengths!;
    const first = maskRow(table.columns.tokens!.data.subarray(0, own), tokenizer, { ...EVALUATION, row: 0 });
    expect([...masked.columns.labels!.data.subarray(0, own)]).toEqual([...first.labels]);
    expect(maskTable(table, tokenizer).columns.tokens).toEqual(masked.columns.tokens);
  });
});

describe("a corpus", () => {
  test("is a text of which a tenth each is held out, or a folder of texts in the order of their names", async () => {
    const lines = Array.from({ length: 25 }, (_, i) => `word${i}`);
    const folder = writeFiles({
      "one/b.txt.gz": `${lines.slice(10).join("\n")}\n`,
      "one/a.txt": `${lines.slice(0, 10).join("\n")}\n`,
      "whole.txt": `${lines.join("\r\n")}\r\n`,
    });
    const [whole, parts] = [
      await loadCorpus(`text:${join(folder, "whole.txt")}`),
      await loadCorpus(`text:${join(folder, "one")}`),
    ];
    expect([whole.train.length, whole.validation, whole.test]).toEqual([21, lines.slice(21, 23), lines.slice(23)]);
    expect({ ...parts, digest: "" }).toEqual({ ...whole, digest: "" });
    expect(parts.digest).not.toBe(whole.digest);
  });

  test("of WikiText-2 is found in its layout; the vocabulary is that of the words taken", async () => {
    const dataDir = writeFiles({
      "wikitext-2/wiki.train.tokens": " \n = A = \n a b a <unk> \n",
      "wikitext-2/wiki.valid.tokens.gz": " b c \n",
      "wikitext-2/wiki.test.tokens": " = \n",
    });
    const told: string[] = [];
    const corpus = await loadCorpus("wikitext-2", { dataDir, onNotice: (text) => told.push(text) });
    expect(told).toHaveLength(3);
    const all = wordStreams(corpus);
    expect(all.vocabulary).toEqual(["<eos>", "=", "a", "A", "b", "<unk>"]);
    expect([all.train, all.validation, all.test].map((part) => [...part])).toEqual([
      [0, 1, 3, 1, 0, 2, 4, 2, 5, 0],
      [4, 5, 0],
      [1, 0],
    ]);
    const some = wordStreams(corpus, { tokens: 7, words: 3 });
    expect([some.vocabulary, [...some.train]]).toEqual([
      ["<eos>", "=", "<unk>"],
      [0, 1, 2, 1, 0, 2, 2],
    ]);
    expect(() => wordStreams(corpus, { words: 1 })).toThrow("words: must be an integer at least 2");
  });

  test("is refused where it is too short, not there, or none", async () => {
    const folder = writeFiles({ "short.txt": "the\n" });
    await expect(loadCorpus(`text:${join(folder, "short.txt")}`)).rejects.toThrow("must have ten lines or more");
    await expect(loadCorpus(`text:${join(folder, "no.txt")}`)).rejects.toThrow("no.txt: cannot be read");
    await expect(loadCorpus("wikitext-103")).rejects.toThrow("a corpus must be wikitext-2, synthetic or text:PATH");
    await expect(loadCorpus("wikitext-2", { dataDir: folder })).rejects.toThrow(
      "wikitext-2: its files wiki.train.tokens, wiki.valid.tokens, wiki.test.tokens are in none of",
    );
  });
});
