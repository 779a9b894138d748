/** The options of the study `methods`. */

import { formatLength, parseLength } from "../../base/length.ts";
import { listOf, type Need, type Option, positive, steps } from "../option.ts";
import { armsOption, RATE_OPTIONS, REPEAT_OPTIONS, SUBJECT_OPTIONS, type TrainingOptions } from "../shared/options.ts";
import { longestOption, PRUNING_OPTIONS } from "../shared/pruning-options.ts";
import { type Complete, fieldsOf, rateOf } from "../shared/spec-of.ts";
import { refuseMasked, START_OPTIONS } from "../shared/start.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";
import { METHOD_ARMS, type MethodArm, type MethodsSpec, parseMethodsSpec } from "./spec.ts";

/** Their values. */
export interface MethodsOptions extends TrainingOptions {
  readonly pruneFrom?: string;
  readonly pruneTo?: string;
  readonly pruneEvery?: string;
  readonly variationalRates?: readonly number[];
  readonly l0Rates?: readonly number[];
}

/** Scratch-B in Gale, Elsen & Hooker 2019, section 5. */
const LONGEST = 2;

/** Gale, Elsen & Hooker 2019 prune every layer to the same density, and train Scratch-B twice as long at most. */
export const METHODS_DEFAULTS = { scope: "layer", longest: LONGEST } as const satisfies TrainingOptions;

const compares = (arm: MethodArm): Need => ({
  words: `the arm ${arm}`,
  met: ({ arms }) => (arms as readonly string[]).includes(arm),
});

export const METHODS_OPTIONS: readonly Option[] = [
  ...SUBJECT_OPTIONS,
  ...START_OPTIONS,
  ...TRAINING_OPTIONS,
  ...RATE_OPTIONS,
  ...PRUNING_OPTIONS.map((option) => (option.name === "scope" ? { ...option, fallback: "layer" } : option)),
  longestOption(String(LONGEST)),
  armsOption(METHOD_ARMS, "all"),
  {
    name: "pruneFrom",
    value: "length",
    description: "the first mask of gradual pruning",
    fallback: "a tenth of the training",
    read: steps,
  },
  {
    name: "pruneTo",
    value: "length",
    description: "its last mask, and the full rate of penalties",
    fallback: "7 tenths",
    read: steps,
  },
  {
    name: "pruneEvery",
    value: "length",
    description: "between masks",
    fallback: "a fiftieth of the training",
    read: steps,
  },
  {
    name: "variationalRates",
    value: "numbers",
    description: "of the penalty of variational dropout, 1 being the evidence bound",
    fallback: "0.3,1,3,10,30",
    read: listOf(positive),
    need: compares("variational"),
  },
  {
    name: "l0Rates",
    value: "numbers",
    description: "of the penalty of L0, over the number of training images",
    fallback: "10,30,60,100,150",
    read: listOf(positive),
    need: compares("l0"),
  },
  ...REPEAT_OPTIONS,
];

/** The specification that complete options make. */
export function methodsSpecOf(options: Complete<MethodsOptions>): MethodsSpec {
  refuseMasked("methods", options);
  const length = options.steps!;
  return parseMethodsSpec({
    ...{ ...fieldsOf(options), ...rateOf(options), study: "methods" },
    pruneFrom: options.pruneFrom ?? partOf(length, 0.1),
    pruneTo: options.pruneTo ?? partOf(length, 0.7),
    pruneEvery: options.pruneEvery ?? partOf(length, 0.02),
    variationalRates: options.variationalRates ?? [0.3, 1, 3, 10, 30],
    l0Rates: options.l0Rates ?? [10, 30, 60, 100, 150],
  });
}

/** A share of a length of training, of the same units, at least one of the smallest. */
function partOf(length: string, share: number): string {
  const { epochs, iterations } = parseLength(length);
  const part = formatLength({ epochs: Math.round(epochs * share), iterations: Math.round(iterations * share) });
  return part !== "0" ? part : iterations > 0 ? "1it" : "1ep";
}
