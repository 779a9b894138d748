/** What language models and readers are told by: perplexity, the accuracy of masked words, and the scores of answers. */
import { exp } from "../../base/exact.ts";
import type { Measure, Measured } from "../task.ts";
import { scoreAnswer } from "./squad-score.ts";

/** Of a language model, the measure first: the mean cross-entropy of a token (Yu et al. 2020), and e to its power. */
export const LANGUAGE: readonly [Measure, ...Measure[]] = [
  { name: "log-perplexity", title: "log-perplexity", unit: "nats a token", direction: "down" },
  { name: "perplexity", title: "perplexity", unit: null, direction: "down" },
];

/**
 * Of masked language modelling: the fraction of the selected tokens that are told right, and their log-perplexity. A selected token
 * may show itself, so the fraction of those that show [MASK] stands beside them, with what a network gains there that always tells the commonest
 * of their words: as much as a unigram model at most.
 */
export const MASKED_LANGUAGE: readonly [Measure, ...Measure[]] = [
  { name: "mlm-accuracy", title: "accuracy of masked words", unit: "fraction", direction: "up" },
  LANGUAGE[0],
  { name: "hidden-accuracy", title: "accuracy at [MASK]", unit: "fraction", direction: "up" },
  { name: "commonest-word", title: "share of the commonest word at [MASK]", unit: "fraction", direction: "up" },
];

/** Of answers cut from a text (SQuAD). */
export const ANSWERS: readonly [Measure, ...Measure[]] = [
  { name: "f1", title: "F1", unit: "fraction", direction: "up" },
  { name: "exact-match", title: "exact match", unit: "fraction", direction: "up" },
];

/** Sums over scored tokens: their cross-entropy in nats, how many there are, and how many are told right. */
export interface TokenSums {
  readonly nats: number;
  readonly tokens: number;
  readonly right?: number;
}

/** Sums over scored tokens of masked language modelling. */
export interface MaskedSums extends TokenSums {
  /** How many show [MASK]; 0 where nothing is said. */
  readonly hidden?: number;
  /** How many of these are told right. */
  readonly hiddenRight?: number;
  /** How often the commonest of their words is among them. */
  readonly commonest?: number;
}

/** The values of {@link LANGUAGE}; null where no token is scored. */
export function languageMeasures({ nats, tokens }: TokenSums): Measured {
  if (tokens === 0) return { "log-perplexity": null, perplexity: null };
  return { "log-perplexity": nats / tokens, perplexity: exp(nats / tokens) };
}

/** The values of {@link MASKED_LANGUAGE}; null where no token is scored, or none shows [MASK]. */
export function maskedMeasures({ nats, tokens, right = 0, hidden = 0, hiddenRight = 0, commonest = 0 }: MaskedSums) {
  const of = (sum: number, count: number) => (count === 0 ? null : sum / count);
  return {
    "mlm-accuracy": of(right, tokens),
    "log-perplexity": of(nats, tokens),
    "hidden-accuracy": of(hiddenRight, hidden),
    "commonest-word": of(commonest, hidden),
  } satisfies Measured;
}

/** The values of {@link ANSWERS}: means over questions, each of the best over the answers that were given to it. */
export function answerMeasures(told: readonly string[], given: readonly (readonly string[])[]): Measured {
  const scores = given.map((answers, question) => scoreAnswer(told[question] ?? "", answers));
  const mean = (of: "exact" | "f1") => scores.reduce((sum, score) => sum + score[of], 0) / scores.length;
  return { f1: mean("f1"), "exact-match": mean("exact") };
}

/** A sentence where all predictions are one answer; else undefined. */
export function constantAnswers(told: readonly string[]): string | undefined {
  const isConstant = told.length > 1 && told.every((answer) => answer === told[0]);
  return isConstant ? `all ${told.length} questions are given one answer, ${JSON.stringify(told[0])}` : undefined;
}
