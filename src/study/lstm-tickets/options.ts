/** The options of the study `lstm-tickets`. */
import { LSTM_PRUNES } from "../../sequence/lstm.ts";
import { listOf, type Option, oneOf } from "../option.ts";
import { REWIND_OPTIONS } from "../pruning/kind.ts";
import { armsOption, RATE_OPTIONS, REPEAT_OPTIONS, SUBJECT_OPTIONS, type TrainingOptions } from "../shared/options.ts";
import { PRUNING_OPTIONS } from "../shared/pruning-options.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";
import { LSTM_ARMS, type LstmSpec } from "./spec.ts";

/** Their values. */
export interface LstmTicketsOptions extends TrainingOptions {
  readonly prunes?: LstmSpec["prunes"];
}

/**
 * Yu et al. 2020, section 3: Adam with a large epsilon, dropout between the layers, back to the end of the first epoch, and
 * what is told is the loss at the end, so that nothing is held out. The size is that of a laptop.
 */
export const LSTM_DEFAULTS = {
  model: "lstm-2-128-dropout0.5",
  epsilon: 1e-3,
  validation: 0,
  rewindTo: "1ep",
} as const satisfies TrainingOptions;

const DEFAULTS: Readonly<Record<string, string>> = {
  model: LSTM_DEFAULTS.model,
  epsilon: String(LSTM_DEFAULTS.epsilon),
  validation: "0",
  rewindTo: LSTM_DEFAULTS.rewindTo,
};

/** Of convolutions. */
const NOT_OURS = ["convCutFactor", "shortcutCutFactor", "augment"];

const all: readonly Option[] = [
  ...SUBJECT_OPTIONS,
  ...TRAINING_OPTIONS,
  ...RATE_OPTIONS,
  ...PRUNING_OPTIONS,
  ...REWIND_OPTIONS,
  {
    name: "prunes",
    value: "names",
    description:
      "what may be pruned, a panel each: all parameters; the encoder, which are the layers alone; or all weights",
    fallback: "all,encoder",
    read: listOf(oneOf(LSTM_PRUNES)),
  },
  armsOption(LSTM_ARMS, "all"),
  ...REPEAT_OPTIONS,
];

export const LSTM_OPTIONS: readonly Option[] = all
  .filter(({ name }) => !NOT_OURS.includes(name))
  .map((option) => (DEFAULTS[option.name] ? { ...option, fallback: DEFAULTS[option.name]! } : option));
