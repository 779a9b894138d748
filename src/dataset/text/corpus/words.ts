/** Words of a language model: lines cut at white space, `<eos>` after each, as WikiText-2 is used (Merity et al. 2017). */

import { SPACES } from "../lines.ts";
import { integers } from "../sequences.ts";

/** Stands for the end of a line, and for every word outside the vocabulary. */
export const END = "<eos>";
export const UNKNOWN = "<unk>";

/** The words of a text in their order, `<eos>` behind every line. */
export function wordsOf(lines: Iterable<string>): string[] {
  const words: string[] = [];
  for (const line of lines) {
    for (const word of line.split(SPACES)) if (word !== "") words.push(word);
    words.push(END);
  }
  return words;
}

/**
 * The `size` most frequent words, `<unk>` among them: the most frequent first, of equally frequent ones the one that comes
 * first. Default all words. A text without `<unk>` gives it the last place.
 */
export function vocabularyOf(words: readonly string[], size = Number.POSITIVE_INFINITY): readonly string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  // Sorting is stable, and a map is walked in the order of first adding.
  const all = [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word);
  const most = all.slice(0, size);
  return most.includes(UNKNOWN) ? most : [...most.slice(0, size - 1), UNKNOWN];
}

/** The ids of words, on shared memory; words outside the vocabulary are `<unk>`. */
export function idsOf(words: readonly string[], vocabulary: readonly string[]): Int32Array {
  const ids = new Map(vocabulary.map((word, id) => [word, id] as const));
  const unknown = ids.get(UNKNOWN)!;
  const stream = integers(words.length);
  for (const [i, word] of words.entries()) stream[i] = ids.get(word) ?? unknown;
  return stream;
}
