/** What a network answers: the best span over all windows of a question, cut from the original text. */

import type { Window } from "./windows.ts";

/** Tokens of the longest answer that is given (Devlin et al. 2019). */
export const LONGEST_ANSWER = 30;

/** Logits of the first and the last token of the answer, one for each token of a window. */
export interface SpanLogits {
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

/** A stretch of the context, in UTF-16 units, and its score: the sum of its two logits. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/**
 * The span of at most 30 tokens of the context with the greatest sum of logits in a window, the first where several have it;
 * undefined of a window that holds none of the context.
 */
export function bestSpan(
  { first, count, starts, ends }: Pick<Window, "first" | "count" | "starts" | "ends">,
  { start, end }: SpanLogits,
): Span | undefined {
  let best: Span | undefined;
  for (let from = 0; from < count; from++) {
    const last = Math.min(count, from + LONGEST_ANSWER);
    for (let to = from; to < last; to++) {
      const score = start[first + from]! + end[first + to]!;
      if (best === undefined || score > best.score) best = { start: starts[from]!, end: ends[to]!, score };
    }
  }
  return best;
}

/** The text that the best span over all windows of a context has; empty where no window holds any of it. */
export function answerOf(context: string, spans: readonly (Span | undefined)[]): string {
  let best: Span | undefined;
  for (const span of spans) if (span && (!best || span.score > best.score)) best = span;
  return best ? context.slice(best.start, best.end) : "";
}
