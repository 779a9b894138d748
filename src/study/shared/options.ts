/** The options that studies of pruned networks share, and their values. */
import type { AskedOptions } from "../../dataset/source/asked.ts";
import type { Initialiser } from "../../model/initialise.ts";
import { modelNames } from "../../model/registry.ts";
import { DATA, OF_DATA } from "../data-options.ts";
import type { Arm } from "../networks/row.ts";
import {
  grouped,
  integer,
  listOf,
  type Need,
  type Option,
  oneOf,
  positive,
  steps,
  text,
  type Values,
} from "../option.ts";
import type { PruningSpec } from "./spec.ts";

/** Values of these options; lengths of training are written `10ep`, `500it`, `2ep50it` or `0`. */
export interface TrainingOptions extends AskedOptions {
  readonly model?: string;
  readonly data?: string;
  readonly init?: Initialiser;
  readonly validation?: number;
  readonly trainSize?: number;
  readonly augment?: "crop-flip" | "none";
  readonly loss?: PruningSpec["loss"];
  readonly steps?: string;
  readonly batch?: number;
  readonly optimizer?: string;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  readonly clipNorm?: number;
  readonly epsilon?: number;
  readonly lr?: number;
  readonly schedule?: string;
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
  readonly scores?: string;
  readonly rewind?: string;
  readonly rewindTo?: string;
  readonly arms?: readonly Arm[];
  readonly trained?: PruningSpec["trained"];
  readonly from?: PruningSpec["from"];
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
  description: () => modelNames().join(" or "),
  brief: "lenet-300-100, mlp-64-64, conv-4, vgg-16, resnet-20, bert:FOLDER, ...",
  fallback: "lenet-300-100",
  read: text,
};

/** Of studies of one network. */
export const SUBJECT_OPTIONS: readonly Option[] = [MODEL, { ...DATA, fallback: BY_MODEL }, ...OF_DATA];

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
export const RATE_OPTIONS: readonly Option[] = grouped("training", [LR, WARMUP], ["lr"]);

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
