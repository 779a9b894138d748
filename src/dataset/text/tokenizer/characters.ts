/**
 * What a BERT tokenizer makes of one character: cleaned, lower-cased and stripped of accents, and told apart into words,
 * spaces and marks. One character at a time, as Hugging Face's Rust library does it: a final sigma is no other sigma, and
 * the place of every piece in the text is known.
 */

/** How text is prepared, under the names of `tokenizer_config.json`. */
export interface CharacterRules {
  /** `do_lower_case`; default true. */
  readonly lowerCase: boolean;
  /** `strip_accents`; null, the default, follows {@link lowerCase}. */
  readonly stripAccents: boolean | null;
  /** `tokenize_chinese_chars`: every ideograph is a word; default true. */
  readonly chinese: boolean;
}

/** What one character becomes: part of a word, a word of its own, or a gap between words. */
export interface Prepared {
  readonly text: string;
  readonly kind: "letter" | "mark" | "space";
}

const SPACE: Prepared = { text: " ", kind: "space" };
const DROPPED = /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}\0\ufffd]$/u;
const KEPT_CONTROL = /^[\t\n\r]$/;
// ASCII symbols such as $ and ^ count too, which Unicode does not call punctuation.
const MARK = /^[\p{P}!-/:-@[-`{-~]$/u;

/** The blocks of ideographs that BERT's authors list (google-research/bert, tokenization.py); Hangul and kana are none. */
const IDEOGRAPHS: readonly (readonly [first: number, last: number])[] = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
];

/** A function from one code point to what becomes of it: nothing, one character or several. It remembers what it has seen. */
export function characterReader(rules: CharacterRules): (char: string) => readonly Prepared[] {
  const seen = new Map<string, readonly Prepared[]>();
  return (char) => {
    const known = seen.get(char);
    if (known) return known;
    const made = prepare(char, rules);
    seen.set(char, made);
    return made;
  };
}

function prepare(char: string, rules: CharacterRules): readonly Prepared[] {
  if (DROPPED.test(char) && !KEPT_CONTROL.test(char)) return [];
  if (/^\s$/.test(char)) return [SPACE];
  const parts = [...normalised(char, rules)].map(kindOf);
  return rules.chinese && isIdeograph(char) ? [SPACE, ...parts, SPACE] : parts;
}

function normalised(char: string, { lowerCase, stripAccents }: CharacterRules): string {
  const strips = stripAccents ?? lowerCase;
  const bare = strips ? char.normalize("NFD").replace(/\p{Mn}/gu, "") : char;
  return lowerCase ? bare.toLowerCase() : bare;
}

function kindOf(text: string): Prepared {
  if (/^\s$/.test(text)) return SPACE;
  return { text, kind: MARK.test(text) ? "mark" : "letter" };
}

function isIdeograph(char: string): boolean {
  const code = char.codePointAt(0)!;
  return IDEOGRAPHS.some(([first, last]) => code >= first && code <= last);
}
