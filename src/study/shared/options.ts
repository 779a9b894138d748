/** The options that studies of pruned networks share: how networks are trained, and how they are pruned. */
import { checkDatasetName, datasetNames } from "../../dataset/registry.ts";
import { INITIALISERS, type Initialiser } from "../../model/initialise.ts";
import { MODEL_NAMES } from "../../model/registry.ts";
import type { Arm } from "../networks/row.ts";
import {
  integer,
  listOf,
  type Need,
  number,
  type Option,
  oneOf,
  positive,
  steps,
  text,
  type Values,
} from "../option.ts";
import type { PruningSpec } from "./spec.ts";

/** Values of these options; lengths of training are written `10ep`, `500it`, `2ep50it` or `0`. */
export interface TrainingOptions {
  readonly model?: string;
  readonly data?: string;
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
  readonly convCutFactor?: number;
  readonly scope?: PruningSpec["scope"];
  readonly unit?: "weight" | "filter";
  readonly rewind?: string;
  readonly rewindTo?: string;
  readonly arms?: readonly Arm[];
  readonly replicates?: number;
  readonly seed?: number;
}

const fromZero = number({ rule: "a number from 0", holds: (value) => value >= 0 });
const fraction = number({ rule: "a number from 0 to 1", holds: (value) => value >= 0 && value <= 1 });
const inside = number({ rule: "a number between 0 and 1, such as 0.2", holds: (value) => value > 0 && value < 1 });
const initialisers = Object.keys(INITIALISERS) as Initialiser[];

/** What an option needs of the others. */
export function need(words: string, met: (options: TrainingOptions) => boolean, fields: readonly string[] = []): Need {
  return { words, fields, met: met as (options: Values) => boolean };
}

const byModel = "by model";
const sgd = need("optimizer sgd", ({ optimizer }) => optimizer === "sgd", ["optimizer"]);
const stepwise = need("schedule step", ({ schedule }) => schedule === "step", ["schedule"]);
const prunes = need("an arm other than dense", ({ arms = [] }) => arms.some((arm) => arm !== "dense"));

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
  description: `data set: ${datasetNames.join(", ")}, or folder:PATH@SIZE for images`,
  fallback: byModel,
  read: checkDatasetName,
};

/** Of studies of one network. */
export const SUBJECT_OPTIONS: readonly Option[] = [MODEL, DATA];

const LR: Option = {
  name: "lr",
  value: "rate",
  description: "learning rate",
  fallback: "by model; with another optimizer 0.0012, with sgd 0.1",
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

/** How networks are trained. */
export const TRAINING_OPTIONS: readonly Option[] = [
  {
    name: "init",
    value: "name",
    description: `initialiser: ${initialisers.join(", ")}`,
    fallback: byModel,
    read: oneOf(initialisers),
  },
  {
    name: "validation",
    value: "n",
    description: "training images held out for early stopping, 0 for none",
    fallback: "5000",
    read: integer(0),
  },
  {
    name: "trainSize",
    value: "n",
    description: "images trained on, as many of every class",
    fallback: "all that are not held out",
    read: integer(1),
  },
  {
    name: "augment",
    value: "name",
    description: "crop-flip: images moved by up to 4 pixels over a black border and mirrored at random; none",
    fallback: byModel,
    read: oneOf(["crop-flip", "none"]),
  },
  {
    name: "steps",
    value: "length",
    description: "of every training, such as 50000it or 12ep",
    fallback: byModel,
    read: steps,
  },
  { name: "batch", value: "n", description: "images an iteration", fallback: byModel, read: integer(1) },
  {
    name: "loss",
    value: "name",
    description: "cross-entropy or squared-error",
    fallback: "cross-entropy",
    read: oneOf(["cross-entropy", "squared-error"]),
  },
  {
    name: "optimizer",
    value: "name",
    description: "sgd, adam or adamw",
    fallback: byModel,
    read: oneOf(["sgd", "adam", "adamw"]),
  },
  {
    name: "momentum",
    value: "m",
    description: "of sgd",
    fallback: "by model; with another optimizer 0",
    read: inside,
    need: sgd,
  },
  {
    name: "nesterov",
    description: "Nesterov's momentum, of sgd",
    need: need("optimizer sgd with momentum", ({ optimizer, momentum }) => optimizer === "sgd" && !!momentum, [
      "optimizer",
      "momentum",
    ]),
  },
  {
    name: "weightDecay",
    value: "w",
    description: "L2, with adamw decoupled",
    fallback: "by model; with adamw 0.01",
    read: fromZero,
  },
  {
    name: "schedule",
    value: "name",
    description: "of the rate: constant, step or cosine",
    fallback: byModel,
    read: oneOf(["constant", "step", "cosine"]),
  },
  {
    name: "milestones",
    value: "lengths",
    description: "where schedule step lowers the rate, such as 20000it,25000it",
    read: listOf(steps),
    need: stepwise,
  },
  {
    name: "lrFactor",
    value: "f",
    description: "what schedule step multiplies the rate by",
    fallback: "0.1",
    read: positive,
    need: stepwise,
  },
  { name: "evaluateEvery", value: "length", description: "between evaluations", fallback: byModel, read: steps },
];

/** How networks are pruned. */
export const PRUNING_OPTIONS: readonly Option[] = [
  {
    name: "levels",
    value: "n",
    description: "pruning rounds; levels 0 (dense) to n are trained",
    fallback: "20",
    read: integer(0, 9999),
    need: prunes,
  },
  {
    name: "cut",
    value: "fraction",
    description: "of the weights left, removed each round",
    fallback: "0.2",
    read: inside,
    need: prunes,
  },
  {
    name: "outputCutFactor",
    value: "f",
    description: "scales the cut of the output layer",
    fallback: byModel,
    read: fraction,
    need: prunes,
  },
  {
    name: "convCutFactor",
    value: "f",
    description: "scales the cut of convolutions, within layers",
    fallback: byModel,
    read: fraction,
    need: need(
      "scope layer and convolutions",
      ({ scope, model }) => scope === "layer" && !/^(lenet|mlp)/.test(model!),
      ["scope"],
    ),
  },
  {
    name: "scope",
    value: "name",
    description: "whether weights compete within their layer or globally",
    fallback: byModel,
    read: oneOf(["layer", "global"]),
    need: prunes,
  },
];

/** What is pruned. */
export const UNIT_OPTION: Option = {
  name: "unit",
  value: "name",
  description: "what is pruned: weight, or filter within layers",
  fallback: "weight",
  read: oneOf(["weight", "filter"]),
  need: prunes,
};

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
