/** What a misspelt word may have meant. */

/**
 * The first candidate that differs least: by two letters or a third of the word's at most, or that the word begins; null
 * where there is none. Case and punctuation do not count.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const got = plain(word);
  if (got === "") return null;
  const distances = candidates.map((candidate) => {
    const distance = edits(got, plain(candidate));
    return plain(candidate).startsWith(got) ? Math.min(distance, 2) : distance;
  });
  const least = Math.min(...distances);
  return least <= Math.max(2, got.length / 3) ? candidates[distances.indexOf(least)]! : null;
}

const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Letters to insert, remove or replace (Levenshtein 1966), row by row of the table over both words. */
function edits(a: string, b: string): number {
  const first = Array.from({ length: b.length + 1 }, (_, j) => j);
  const last = [...a].reduce((row, letter, i) => {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + Number(letter !== b[j])));
    return next;
  }, first);
  return last[b.length]!;
}
