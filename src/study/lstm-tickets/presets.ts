/** The presets of the study `lstm-tickets`. */
import type { Preset } from "../kind.ts";
import type { LstmTicketsOptions } from "./options.ts";

export const LSTM_PRESETS: readonly (Preset & { readonly options: LstmTicketsOptions })[] = [
  {
    name: "laptop",
    summary:
      "two layers of 128 units on 500,000 words of WikiText-2, 100 to 7 % of the parameters, in hours on two cores",
    options: {
      data: "corpus:wikitext-2?vocabulary=4000&tokens=500000",
      steps: "5ep",
      batch: 32,
      evaluateEvery: "5ep",
      levels: 6,
      cut: 0.36,
      replicates: 6,
    },
  },
  {
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: {
      model: "lstm-2-16-dropout0.2",
      data: "corpus:synthetic?tokens=12000&length=10",
      steps: "4ep",
      batch: 20,
      // High, for so few iterations.
      lr: 0.03,
      evaluateEvery: "2ep",
      levels: 2,
      cut: 0.6,
      replicates: 2,
    },
  },
  {
    name: "paper",
    summary: "full size: two layers of 650 units on WikiText-2, 20 rounds of 20 %; weeks on two cores",
    options: {
      model: "lstm-2-650-dropout0.5",
      data: "corpus:wikitext-2?length=50",
      steps: "10ep",
      batch: 30,
      levels: 20,
      cut: 0.2,
      replicates: 3,
    },
  },
];
