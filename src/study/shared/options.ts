/** The options that studies of pruned networks share, and their values. */
import { numbersOf } from "../../dataset/normalisation.ts";
import { checkDatasetName, datasetNames } from "../../dataset/registry.ts";
import type { Initialiser } from "../../model/initialise.ts";
import { MODEL_NAMES } from "../../model/registry.ts";
import { TASK_NAMES } from "../../task/registry.ts";
import type { Arm } from "../networks/row.ts";
import { integer, listOf, type Need, type Option, oneOf, positive, steps, text, type Values } from "../option.ts";
import type { PruningSpec } from "./spec.ts";

/** Values of these options; lengths of training are written `10ep`, `500it`, `2ep50it` or `0`. */
export interface TrainingOptions {
  readonly model?: string;
  readonly data?: string;
  readonly target?: readonly string[];
  readonly task?: string;
  readonly test?: string;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly init?: Initialiser;
  readonly validation?: number;
  readonly trainSize?: number;
  readonly augment?: "crop-flip" | "none";
  readonly loss?: PruningSpec["loss"];
  readonly steps?: string;
  readonly batch?: number;
  readonly optimizer?: PruningSpec["optimizer"]["name"];
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  readonly lr?: number;
  readonly schedule?: PruningSpec["schedule"]["name"];
  readonly milestones?: readonly string[];
  readonly lrFactor?: number;
  readonly warmup?: string;
  readonly evaluateEvery?: string;
  readonly levels?: number;
  readonly cut?: number;
  readonly outputCutFactor?: number;
  readonly shortcutCutFactor?: number;
  readonly convCutFactor?: number;
  readonly longest?: number;
  readonly scope?: PruningSpec["scope"];
  readonly unit?: "weight" | "filter";
  readonly rewind?: string;
  readonly rewindTo?: string;
  readonly arms?: readonly Arm[];
  readonly trained?: PruningSpec["trained"];
  readonly replicates?: number;
  readonly seed?: number;
}

/** What an option needs of the others. */
export function need(words: string, met: (options: TrainingOptions) => boolean, fields: readonly string[] = []): Need {
  return { words, fields, met: met as (options: Values) => boolean };
}

/** Where the set-up of the model's paper is the default. */
export const BY_MODEL = "by model";

const MODEL: Option = {
  name: "model",
  value: "name",
  description: MODEL_NAMES.join(" or "),
  fallback: "lenet-300-100",
  read: text,
};

const DATA: Option = {
  name: "data",
  value: "name",
  description: `data set: ${datasetNames.join(", ")}, folder:PATH@SIZE for images, or csv:PATH for a table`,
  fallback: BY_MODEL,
  read: checkDatasetName,
};

const csv = need("data csv:PATH", ({ data = "" }) => data.startsWith("csv:"), ["data"]);

/** What a table is learnt for; the file and these together name a data set. */
const TABLE_OPTIONS: readonly Option[] = [
  {
    name: "target",
    value: "columns",
    description: "columns of the table to tell, separated by commas",
    read: listOf(text),
    need: csv,
  },
  {
    name: "task",
    value: "name",
    description: TASK_NAMES.join(", "),
    fallback: "classification",
    read: oneOf(TASK_NAMES),
    need: csv,
  },
  {
    name: "test",
    value: "file",
    description: "table of the test rows",
    fallback: "a fifth of the rows, drawn once for all",
    read: text,
    need: csv,
  },
];

const images = need("data of images", ({ data = "" }) => !data.startsWith("csv:"), ["data"]);
const statistic = (name: "mean" | "std", what: string): Option => ({
  name,
  value: "numbers",
  description: `${what} that pixels, scaled to 0..1, are normalised by: one number, or one a channel`,
  fallback: "those of the data set",
  read: (value) => numbersOf(name, value),
  need: images,
});

/** What images are normalised by; with mean 0 and deviation 1 pixels are from 0 to 1. */
const NORMALISATION_OPTIONS: readonly Option[] = [statistic("mean", "mean"), statistic("std", "deviation")];

/** Of studies of one network. */
export const SUBJECT_OPTIONS: readonly Option[] = [MODEL, DATA, ...TABLE_OPTIONS, ...NORMALISATION_OPTIONS];

const LR: Option = {
  name: "lr",
  value: "rate",
  description: "learning rate",
  fallback: "by model; with another optimizer 0.0012, with sgd and sgdw 0.1",
  read: positive,
};

const WARMUP: Option = {
  name: "warmup",
  value: "length",
  description: "linear rise of the rate from 0",
  fallback: "0",
  read: steps,
};

/** Of studies with one regime of the learning rate. */
export const RATE_OPTIONS: readonly Option[] = [LR, WARMUP];

/** The arms of a study. */
export function armsOption(arms: readonly string[], fallback: string): Option {
  const description = `what is compared: of ${arms.join(", ")}`;
  return { name: "arms", value: "names", description, fallback, read: listOf(oneOf(arms)) };
}

/** Of all studies. */
export const REPEAT_OPTIONS: readonly Option[] = [
  {
    name: "replicates",
    value: "n",
    description: "repetitions with their own seeds",
    fallback: "1",
    read: integer(1, 65535),
  },
  { name: "seed", value: "n", description: "of all randomness", fallback: "1", read: integer(0, 2 ** 32 - 1) },
];
