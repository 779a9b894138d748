/**
 * WordPiece (Wu et al. 2016, as BERT has it): text as ids of a vocabulary, each with its place in the text. The ids are
 * those of Hugging Face's `BertTokenizerFast`; scripts/check-tokenizer.py sets the two against each other.
 */

import { characterReader } from "./characters.ts";
import { SPECIALS, type WordPiece } from "./vocabulary.ts";

/** Ids of a text without [CLS] and [SEP], and where each comes from: UTF-16 units from `starts` to `ends`, without it. */
export interface Pieces {
  readonly ids: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** A vocabulary at work. */
export interface Tokenizer {
  /** Tokens of the vocabulary. */
  readonly size: number;
  /** Ids of the tokens with a meaning of their own. */
  readonly special: Readonly<Record<keyof typeof SPECIALS, number>>;
  encode(text: string): Pieces;
  /** The token of an id. */
  token(id: number): string;
}

/** Characters of the longest word that is looked up; longer ones are [UNK]. */
const LONGEST_WORD = 100;

/** A tokenizer of a vocabulary, which remembers the words that it has taken apart. */
export function createTokenizer({ tokens, rules }: WordPiece): Tokenizer {
  const ids = new Map(tokens.map((token, id) => [token, id] as const));
  const special = Object.fromEntries(
    Object.entries(SPECIALS).map(([name, token]) => [name, ids.get(token)!]),
  ) as Tokenizer["special"];
  const take = createTaker(ids, special.unknown);
  const read = characterReader(rules);
  const encode = (text: string): Pieces => {
    const made: Made = { ids: [], starts: [], ends: [] };
    const word = createWord((pieces) => append(made, pieces), take);
    for (const [at, part] of partsOf(text)) {
      const id = SPECIAL_NAMES.has(part) ? ids.get(part)! : undefined;
      if (id !== undefined) append(made, [{ id, start: at, end: at + part.length }]);
      else addText(part, { at, read, word });
      word.end();
    }
    return made;
  };
  return { size: tokens.length, special, encode, token: (id) => tokens[id] ?? SPECIALS.unknown };
}

interface Made {
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
}

interface Piece {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

const SPECIAL_NAMES = new Set<string>(Object.values(SPECIALS));

/** Stretches of a text, special tokens apart: those are themselves wherever they stand. */
function* partsOf(text: string): Generator<[at: number, part: string]> {
  let at = 0;
  for (const part of text.split(/(\[(?:PAD|UNK|CLS|SEP|MASK)\])/)) {
    if (part !== "") yield [at, part];
    at += part.length;
  }
}

function append(made: Made, pieces: readonly Piece[]): void {
  for (const { id, start, end } of pieces) {
    made.ids.push(id);
    made.starts.push(start);
    made.ends.push(end);
  }
}

interface Reading {
  readonly at: number;
  readonly read: ReturnType<typeof characterReader>;
  readonly word: Word;
}

function addText(text: string, { at, read, word }: Reading): void {
  let place = at;
  for (const char of text) {
    const end = place + char.length;
    for (const { text: made, kind } of read(char)) {
      if (kind !== "letter") word.end();
      if (kind !== "space") word.add(made, place, end);
      if (kind === "mark") word.end();
    }
    place = end;
  }
}

/** Letters of the word that is being read, with their places. */
interface Word {
  add(letter: string, start: number, end: number): void;
  end(): void;
}

function createWord(
  done: (pieces: readonly Piece[]) => void,
  take: (letters: readonly string[]) => readonly Taken[],
): Word {
  let [letters, starts, ends]: [string[], number[], number[]] = [[], [], []];
  return {
    add(letter, start, end) {
      letters.push(letter);
      starts.push(start);
      ends.push(end);
    },
    end() {
      if (letters.length === 0) return;
      done(take(letters).map(({ id, from, to }) => ({ id, start: starts[from]!, end: ends[to - 1]! })));
      [letters, starts, ends] = [[], [], []];
    },
  };
}

/** A piece of a word: its letters `from` to `to`, without it. */
interface Taken {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Words that are remembered; a corpus has fewer, and a file of nothing but new ones must not fill the memory. */
const REMEMBERED = 2 ** 17;

function createTaker(
  ids: ReadonlyMap<string, number>,
  unknown: number,
): (letters: readonly string[]) => readonly Taken[] {
  const seen = new Map<string, readonly Taken[]>();
  return (letters) => {
    const word = letters.join("");
    const known = seen.get(word);
    if (known) return known;
    const taken = greedy(letters, ids) ?? [{ id: unknown, from: 0, to: letters.length }];
    if (seen.size >= REMEMBERED) seen.clear();
    seen.set(word, taken);
    return taken;
  };
}

/** The longest token that begins the word, then the longest `##` token that goes on; undefined where there is none. */
function greedy(letters: readonly string[], ids: ReadonlyMap<string, number>): readonly Taken[] | undefined {
  if (letters.length > LONGEST_WORD) return undefined;
  const taken: Taken[] = [];
  for (let from = 0; from < letters.length; ) {
    const prefix = from === 0 ? "" : "##";
    let to = letters.length;
    while (to > from && !ids.has(prefix + letters.slice(from, to).join(""))) to--;
    if (to === from) return undefined;
    taken.push({ id: ids.get(prefix + letters.slice(from, to).join(""))!, from, to });
    from = to;
  }
  return taken;
}
