/** Questions as sequences: a context that is too long is read in windows that overlap (Devlin et al. 2019, run_squad). */

import { checkInteger } from "../../../base/checks.ts";
import { checkLength, type Sequence } from "../tokenizer/sequence.ts";
import type { Pieces, Tokenizer } from "../tokenizer/tokenizer.ts";
import type { Question } from "./read.ts";

/** How contexts are cut. */
export interface WindowOptions {
  /** Most tokens of a window, [CLS] and [SEP] included, from 5; default 384. */
  readonly length?: number;
  /** Tokens from the beginning of a window to that of the next; default 128, and at most half of the context that a window holds. */
  readonly stride?: number;
}

export const SQUAD_LENGTH = 384;
export const SQUAD_STRIDE = 128;

/** Tokens of the longest question that is read whole. */
const LONGEST_QUESTION = 64;

/** A window: `[CLS] question [SEP] stretch of the context [SEP]`. */
export interface Window extends Sequence {
  /** The place of the first token of the context in the sequence, and how many of them there are. */
  readonly first: number;
  readonly count: number;
  /** Of each of them, where it begins and ends in the context, in UTF-16 units. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /**
   * Places in the sequence of the first and the last token of the question's first answer; both 0, which is [CLS], where the
   * window does not hold all of it.
   */
  readonly answer: readonly [start: number, end: number];
}

/** The windows of a question, which together hold its whole context; a context without tokens makes one without any. */
export function windowsOf(tokenizer: Tokenizer, asked: Question, options: WindowOptions = {}): Window[] {
  const length = checkLength(options.length ?? SQUAD_LENGTH);
  const stride = checkInteger("stride", options.stride ?? SQUAD_STRIDE, { min: 1 });
  const { ids } = tokenizer.encode(asked.question);
  const question = ids.slice(0, Math.min(LONGEST_QUESTION, Math.floor((length - 3) / 2)));
  const context = tokenizer.encode(asked.context);
  const room = length - question.length - 3;
  const span = spanOf(context, asked.answers[0]!);
  const windows: Window[] = [];
  // Windows overlap by half or more, so that an answer which one of them cuts is whole in the next.
  for (let from = 0; ; from += Math.min(stride, Math.ceil(room / 2))) {
    const count = Math.min(room, context.ids.length - from);
    windows.push(windowAt(tokenizer.special, { question, context, from, count, span }));
    if (from + count >= context.ids.length) return windows;
  }
}

/** Indices of the first and the last token that share a character with an answer; undefined where none does. */
function spanOf(
  { starts, ends }: Pieces,
  { text, start }: { text: string; start: number },
): [number, number] | undefined {
  const end = start + text.length;
  const first = ends.findIndex((place) => place > start);
  const last = starts.findLastIndex((place) => place < end);
  return first >= 0 && first <= last ? [first, last] : undefined;
}

interface Cut {
  readonly question: readonly number[];
  readonly context: Pieces;
  readonly from: number;
  readonly count: number;
  readonly span: readonly [number, number] | undefined;
}

function windowAt({ classify, separate }: Tokenizer["special"], { question, context, from, count, span }: Cut): Window {
  const first = question.length + 2;
  const to = from + count;
  const ids = [classify, ...question, separate, ...context.ids.slice(from, to), separate];
  const isWhole = span !== undefined && span[0] >= from && span[1] < to;
  return {
    ids,
    types: ids.map((_, i) => (i < first ? 0 : 1)),
    ...{ first, count },
    starts: context.starts.slice(from, to),
    ends: context.ends.slice(from, to),
    answer: isWhole ? [span[0] - from + first, span[1] - from + first] : [0, 0],
  };
}
