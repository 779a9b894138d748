/** The options of the study `supermask`. */
import { fail } from "../../base/errors.ts";
import { integer, listOf, type Need, type Option, oneOf, positive, steps } from "../option.ts";
import { LEARNED_ARMS, LEARNED_RATE, type LearnedArm } from "../shared/learned.ts";
import { RATE_OPTIONS, REPEAT_OPTIONS, SUBJECT_OPTIONS, type TrainingOptions } from "../shared/options.ts";
import { PRUNING_OPTIONS } from "../shared/pruning-options.ts";
import { type Complete, fieldsOf, rateOf } from "../shared/spec-of.ts";
import { refuseMasked, START_OPTIONS } from "../shared/start.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";
import { ARM_WORDS, armsOf, readArms } from "./arms.ts";
import { parseSupermaskSpec, type SupermaskSpec } from "./spec.ts";

/** Their values. */
export interface SupermaskOptions extends Omit<TrainingOptions, "arms"> {
  readonly arms?: readonly string[];
  readonly untrained?: readonly string[];
  readonly masks?: SupermaskSpec["masks"];
  readonly learned?: readonly (LearnedArm | "none")[];
  readonly learnedSteps?: string;
  readonly learnedBatch?: number;
  readonly learnedRate?: number;
}

/** What is compared where that is not chosen, in words of {@link armsOf}. */
export const DEFAULT_WORDS = { arms: ["criteria", "actions"], untrained: ["signs", "constants"] } as const;

const FALLBACKS: Readonly<Record<string, string>> = { mean: "0", std: "1", normalise: "none", scope: "layer" };

/** Masks are made for what is trained and for what is only scored. */
const masks: Need = {
  words: "an arm to train or to score",
  met: ({ arms, untrained = DEFAULT_WORDS.untrained }) =>
    [arms, untrained].some((names) => (names as string[]).length > 0),
};

const learnedMasks: Need = {
  words: "learned other than none",
  fields: ["learned"],
  met: ({ learned }) => learnedOf(learned as SupermaskOptions["learned"]).length > 0,
};

/** Koster et al. 2022 and Zhou et al. 2019, who train for 2,000 epochs where these show what comes of it. */
const LEARNED_DEFAULTS = { learnedSteps: "100ep", learnedBatch: 128, learnedRate: LEARNED_RATE } as const;

const readNames = listOf(oneOf([...LEARNED_ARMS, "none"]));

function readLearned(text: string, where: string): string[] {
  const words = readNames(text, where);
  if (words.length === 1 || !words.includes("none")) return words;
  return fail("usage", where, { rule: "must be none alone, or masks", got: text, remedy: "Leave none out" });
}

/** The masks that words name, `none` for none. */
function learnedOf(words: SupermaskOptions["learned"] = []): LearnedArm[] {
  return words.flatMap((word) => (word === "none" ? [] : [word]));
}

/** An option as this study has it: with its own default, and of use wherever masks are made. */
function ownOption(option: Option): Option {
  const fallback = FALLBACKS[option.name] ?? option.fallback;
  const isOfMasks = ["levels", "cut", "outputCutFactor", "scope"].includes(option.name);
  return { ...option, ...(fallback && { fallback }), ...(isOfMasks && { need: masks }) };
}

export const SUPERMASK_OPTIONS: readonly Option[] = [
  ...[...SUBJECT_OPTIONS, ...START_OPTIONS, ...TRAINING_OPTIONS, ...RATE_OPTIONS, ...PRUNING_OPTIONS].map(ownOption),
  {
    name: "arms",
    value: "names",
    description: `what is trained: ${ARM_WORDS}`,
    fallback: DEFAULT_WORDS.arms.join(","),
    read: readArms,
  },
  {
    name: "untrained",
    value: "names",
    description: "what is scored without training, under one-shot masks, beside what is trained",
    fallback: DEFAULT_WORDS.untrained.join(","),
    read: readArms,
  },
  {
    name: "masks",
    value: "name",
    description: "iterative: of the networks of the level below; oneshot: all of the dense network",
    fallback: "iterative",
    read: oneOf(["iterative", "oneshot"]),
  },
  {
    name: "learned",
    value: "names",
    description: `masks that are trained over weights as they are: ${LEARNED_ARMS.join(", ")}, none for none`,
    fallback: "none",
    read: readLearned,
    of: ({ learned }) => (learned as SupermaskSpec["learned"])?.arms,
  },
  {
    name: "learnedSteps",
    value: "length",
    description: "of the training of learned masks",
    fallback: LEARNED_DEFAULTS.learnedSteps,
    read: steps,
    of: ({ learned }) => (learned as SupermaskSpec["learned"])?.steps,
    need: learnedMasks,
  },
  {
    name: "learnedBatch",
    value: "n",
    description: "examples an iteration of learned masks",
    fallback: `${LEARNED_DEFAULTS.learnedBatch}`,
    read: integer(1),
    of: ({ learned }) => (learned as SupermaskSpec["learned"])?.batch,
    need: learnedMasks,
  },
  {
    name: "learnedRate",
    value: "rate",
    description: "of the logits of learned masks; signed ones have that of their paper",
    fallback: `${LEARNED_DEFAULTS.learnedRate}`,
    read: positive,
    of: ({ learned }) => (learned as SupermaskSpec["learned"])?.rate,
    need: learnedMasks,
  },
  ...REPEAT_OPTIONS,
];

/** Zhou et al. 2019 prune layer by layer and take pixels from 0 to 1. */
export const SUPERMASK_DEFAULTS = { scope: "layer", mean: [0], std: [1] } as const satisfies TrainingOptions;

/** The specification that complete options make. */
export function supermaskSpecOf(options: Complete<TrainingOptions> & SupermaskOptions): SupermaskSpec {
  refuseMasked("supermask", options);
  const { untrained = DEFAULT_WORDS.untrained, masks = "iterative" } = options;
  const named = { arms: armsOf(options.arms, "arms"), untrained: armsOf(untrained, "untrained") };
  const fields = { ...fieldsOf(options), ...rateOf(options), ...named, study: "supermask", masks };
  const learned = learnedOf(options.learned);
  if (options.from && learned.includes("signed")) {
    const rule = "signed masks are of another model, which has no weights of this file";
    fail("usage", "from", { rule, remedy: "Leave out signed, or the file", fields: ["learned"] });
  }
  if (learned.length === 0) return parseSupermaskSpec(fields);
  const { learnedSteps, learnedBatch: batch, learnedRate: rate } = { ...LEARNED_DEFAULTS, ...options };
  return parseSupermaskSpec({ ...fields, learned: { arms: learned, steps: learnedSteps, batch, rate } });
}
