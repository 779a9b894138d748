/** Corpora: WikiText-2 and any text file or folder of them, as one stream of words or as rows of WordPiece ids. */

import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkInteger } from "../../../base/checks.ts";
import { fail } from "../../../base/errors.ts";
import type { LoadOptions } from "../../source/source.ts";
import type { Table } from "../../table.ts";
import { blocksOf, writtenBack } from "../corpus/blocks.ts";
import { syntheticLines } from "../corpus/synthetic.ts";
import { idsOf, vocabularyOf, wordsOf } from "../corpus/words.ts";
import { linesOf } from "../lines.ts";
import { sequenceColumns } from "../sequences.ts";
import { findTexts } from "./find.ts";
import { digestOf, readText, type TextFile } from "./text-file.ts";
import type { LoadedTokenizer } from "./tokenizer.ts";

/** Lines of a corpus by part, and the SHA-256 of its files. */
export interface Corpus {
  readonly digest: string;
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

/** The parts of a corpus. */
export const CORPUS_PARTS = ["train", "validation", "test"] as const;
type Part = (typeof CORPUS_PARTS)[number];

const WIKITEXT = ["wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens"];

/** The corpora that have a name. */
export const NAMED_CORPORA: readonly string[] = ["wikitext-2", "synthetic"];

/**
 * The corpus of `wikitext-2`, found as other sets are, the made-up one of `synthetic`, or of `text:PATH`, a text file or a folder of `.txt` files in the order of
 * their names. Of the lines of `text:PATH` the last tenth is the test part and the tenth before it the validation part. Throws
 * `usage` on another name, `data` on files that are missing, no UTF-8 or too short.
 */
export async function loadCorpus(name: string, options: LoadOptions = {}): Promise<Corpus> {
  if (name === "wikitext-2") return wikitext(options);
  if (name === "synthetic") {
    const lines = syntheticLines(4000);
    const sha256 = createHash("sha256").update(lines.join("\n")).digest("hex");
    return { digest: digestOf([[name, { sha256 }]]), ...partsOf(lines) };
  }
  if (name.startsWith("text:")) return ownText(name.slice("text:".length));
  return fail("usage", "data set", { rule: "a corpus must be wikitext-2, synthetic or text:PATH", got: name });
}

async function wikitext(options: LoadOptions): Promise<Corpus> {
  const wanted = { name: "wikitext-2", folder: "wikitext-2", within: [], files: [WIKITEXT] };
  const files = await findTexts(wanted, options);
  const [train, validation, test] = WIKITEXT.map((file) => linesOf(files.get(file)!.text)) as [
    string[],
    string[],
    string[],
  ];
  return { digest: digestOf([...files]), train, validation, test };
}

async function ownText(path: string): Promise<Corpus> {
  const files = await filesAt(path);
  const lines = files.flatMap(([, { text }]) => linesOf(text));
  if (lines.length < 10) {
    const remedy = "Name a longer text";
    fail("data", path, {
      rule: "must have ten lines or more, of which a tenth each is held out",
      got: lines.length,
      remedy,
    });
  }
  return { digest: digestOf(files), ...partsOf(lines) };
}

/** A tenth each of the lines, at the end, is held out. */
function partsOf(lines: readonly string[]): Omit<Corpus, "digest"> {
  const tenth = Math.floor(lines.length / 10);
  const [validation, test] = [lines.length - 2 * tenth, lines.length - tenth];
  return { train: lines.slice(0, validation), validation: lines.slice(validation, test), test: lines.slice(test) };
}

async function filesAt(path: string): Promise<(readonly [name: string, file: TextFile])[]> {
  const found = await stat(path).catch((cause) =>
    fail("data", path, { rule: `cannot be read (${cause.message})`, remedy: "Check its path" }),
  );
  // What a file is called is no part of what it says.
  if (!found.isDirectory()) return [["text", await readText(resolve(path))]];
  const names = (await readdir(path)).filter((name) => /\.txt(\.gz)?$/.test(name)).sort();
  if (names.length === 0) fail("data", path, { rule: "must hold files that end in .txt, plain or .gz", got: "none" });
  return Promise.all(names.map(async (name, i) => [`text ${i}`, await readText(join(path, name))] as const));
}

/** A corpus as streams of ids of words, on shared memory. */
export interface WordStreams extends Readonly<Record<Part, Int32Array>> {
  /** Words by id. */
  readonly vocabulary: readonly string[];
}

/** What of a corpus is taken. */
export interface WordOptions {
  /** The vocabulary: so many of the most frequent words of the training part that is taken, from 2; default all of them. */
  readonly words?: number;
  /** The first so many words of the training part, from 2; default all. */
  readonly tokens?: number;
}

/**
 * The streams of a corpus; the other parts are whole, in the vocabulary of the training part.
 * @throws code `usage` where \`words\` or \`tokens\` is no whole number from 2
 */
export function wordStreams(corpus: Corpus, { words, tokens }: WordOptions = {}): WordStreams {
  if (words !== undefined) checkInteger("words", words, { min: 2 });
  if (tokens !== undefined) checkInteger("tokens", tokens, { min: 2 });
  const train = wordsOf(corpus.train).slice(0, tokens);
  const vocabulary = vocabularyOf(train, words);
  const [validation, test] = [corpus.validation, corpus.test].map((part) => idsOf(wordsOf(part), vocabulary));
  return { vocabulary, train: idsOf(train, vocabulary), validation: validation!, test: test! };
}

/** Tables of a corpus in blocks of `length` WordPiece ids: columns `tokens` and `types`, nothing masked yet. */
export function blockTables(corpus: Corpus, tokenizer: LoadedTokenizer, length: number): Readonly<Record<Part, Table>> {
  const table = (lines: readonly string[]): Table => {
    const rows = blocksOf(lines.map(writtenBack), tokenizer, length);
    const columns = sequenceColumns(rows.map((ids) => ({ ids, types: ids.map(() => 0) })));
    return { count: rows.length, columns };
  };
  return { train: table(corpus.train), validation: table(corpus.validation), test: table(corpus.test) };
}
