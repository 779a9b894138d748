/** What a model reads of a text or a pair: [CLS] and [SEP] around the pieces, cut to a length. */

import { checkInteger } from "../../../base/checks.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Ids of a sequence and, of each, which text it is of: 0 the first, 1 the second. */
export interface Sequence {
  readonly ids: readonly number[];
  readonly types: readonly number[];
}

/** Most tokens of a sequence, [CLS] and [SEP] included, where nothing else is said. */
export const USUAL_LENGTH = 128;

/**
 * `[CLS] first [SEP]`, or `[CLS] first [SEP] second [SEP]`, of at most `length` tokens, as Hugging Face's library cuts with
 * `longest_first`: the longer text of a pair loses its end until both are equally long, then both do. An empty second text is
 * none. Throws `usage` on a length that has no room for a token of each.
 */
export function sequenceOf(
  { encode, special }: Tokenizer,
  [first, second = ""]: readonly [first: string, second?: string],
  length = USUAL_LENGTH,
): Sequence {
  const [left, right] = [encode(first).ids, second === "" ? undefined : encode(second).ids];
  const room = checkLength(length) - (right ? 3 : 2);
  const [kept, others] = right ? keptOf(left.length, right.length, room) : [room, 0];
  const ids = [special.classify, ...left.slice(0, kept), special.separate];
  if (!right) return { ids, types: ids.map(() => 0) };
  const rest = [...right.slice(0, others), special.separate];
  return { ids: [...ids, ...rest], types: [...ids.map(() => 0), ...rest.map(() => 1)] };
}

/** `length` where it has room for [CLS], two [SEP] and a token of each text; throws `usage` where it has not. */
export function checkLength(length: number): number {
  return checkInteger("length", length, { min: 5, max: 2 ** 20 });
}

/** How many tokens of each text stay. */
function keptOf(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second];
  const shorter = Math.min(first, second);
  // Where both are cut and the room is odd, the longer text keeps one more, the second where they are equally long.
  const [less, more] = 2 * shorter > room ? [Math.floor(room / 2), Math.ceil(room / 2)] : [shorter, room - shorter];
  return first > second ? [more, less] : [less, more];
}
