/** Names out of files as a terminal may have them. */

/** Names that a message holds at most; the others are counted. */
const NAMED = 10;
const LONGEST = 120;
const PLAIN = /^[\w./:<>@*+-]+$/;
/** Control characters, and those that turn or hide text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const HIDDEN = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A name in a message: quoted where it is no plain word, cut where it is long, without what moves a terminal's cursor. */
export function printable(name: string): string {
  const short = name.length > LONGEST ? `${name.slice(0, LONGEST)}...` : name;
  return PLAIN.test(short) ? short : JSON.stringify(short.replace(HIDDEN, "?"));
}

/** Names in a message, separated by commas: of more than ten the first ten, and how many there are beside. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, NAMED).map(printable).join(", ");
  return names.length > NAMED ? `${first} and ${names.length - NAMED} more` : first;
}
