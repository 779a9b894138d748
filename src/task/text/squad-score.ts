/** How answers are scored: exact match and F1 of SQuAD (Rajpurkar et al. 2016), the best over the given answers. */

import { SPACES } from "../../dataset/text/lines.ts";

/** Fractions, 0 to 1. */
export interface AnswerScore {
  readonly exact: number;
  readonly f1: number;
}

// Letters and numbers as Python sees them, for the official script is in Python.
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;
const MARKS = /[!-/:-@[-`{-~]/g;

/** An answer as it is compared: in lower case, without ASCII punctuation and articles, words between single spaces. */
export function normaliseAnswer(text: string): string {
  return wordsOf(text).join(" ");
}

function wordsOf(text: string): string[] {
  const bare = text.toLowerCase().replace(MARKS, "").replace(ARTICLES, " ");
  return bare.split(SPACES).filter(Boolean);
}

/** The best score of a prediction over the answers, one or more. */
export function scoreAnswer(predicted: string, answers: readonly string[]): AnswerScore {
  const scores = answers.map((answer) => scoreOne(wordsOf(predicted), wordsOf(answer)));
  return { exact: Math.max(...scores.map(({ exact }) => exact)), f1: Math.max(...scores.map(({ f1 }) => f1)) };
}

/** F1 of the two bags of words; where one is empty, whether both are. */
function scoreOne(predicted: readonly string[], answer: readonly string[]): AnswerScore {
  const exact = +(predicted.join(" ") === answer.join(" "));
  if (predicted.length === 0 || answer.length === 0) return { exact, f1: exact };
  const left = new Map<string, number>();
  for (const word of answer) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of predicted) {
    const count = left.get(word) ?? 0;
    if (count > 0) shared++;
    left.set(word, count - 1);
  }
  return { exact, f1: (2 * shared) / (predicted.length + answer.length) };
}
