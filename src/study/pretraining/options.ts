/** The options of the study `pretraining-tickets`, and how they make its specification. */
import { checkDatasetName } from "../../dataset/source/check.ts";
import { dataTitle } from "../../dataset/source/name.ts";
import { INITIALISERS } from "../../model/initialise.ts";
import { learntName } from "../../task/name.ts";
import {
  integer,
  listOf,
  number,
  type Option,
  oneOf,
  positive,
  refuseUnused,
  steps,
  text,
  type Values,
} from "../option.ts";
import { armsOption, REPEAT_OPTIONS } from "../shared/options.ts";
import { ARMS, METHODS, type Part, type PretrainingArm, type PretrainingSpec, parsePretrainingSpec } from "./spec.ts";

/** Their values. */
export interface PretrainingOptions {
  readonly model?: string;
  readonly data?: string;
  readonly sources?: readonly (typeof METHODS)[number][];
  readonly targets?: readonly string[];
  readonly arms?: readonly PretrainingArm[];
  readonly level?: readonly number[];
  readonly cut?: number;
  readonly init?: PretrainingSpec["init"];
  readonly validation?: number;
  readonly batch?: number;
  readonly lr?: number;
  readonly weightDecay?: number;
  readonly steps?: string;
  readonly roundSteps?: string;
  readonly roundLr?: number;
  readonly targetSteps?: string;
  readonly targetLr?: number;
  readonly targetDecay?: number;
  readonly probes?: boolean;
  readonly replicates?: number;
  readonly seed?: number;
}

const part = number({ rule: "a number between 0 and 1, such as 0.2", holds: (value) => value > 0 && value < 1 });
const decay = number({ rule: "a number from 0", holds: (value) => value >= 0 });

/** What is meant where nothing is said. */
export const DEFAULTS = {
  ...{ model: "resnet-20-8-projected64", data: "cifar10", sources: ["simclr"], targets: ["cifar10:size=5000"] },
  ...{ arms: ["ticket", "scratch", "oneshot", "random", "complement"], level: [0, 5, 9, 12], cut: 0.2 },
  ...{ init: "kaiming-normal", validation: 5000, batch: 128, lr: 0.1, weightDecay: 1e-4, steps: "10ep" },
  ...{ roundSteps: "1ep", roundLr: 0.01, targetSteps: "20ep", targetLr: 0.05, targetDecay: 5e-4 },
  ...{ probes: true, replicates: 1, seed: 1 },
} as const satisfies PretrainingOptions;

const length = (name: string, description: string, fallback: string): Option => ({
  ...{ name, value: "length", description, fallback, read: steps },
});
const rate = (name: string, description: string, fallback: number): Option => ({
  ...{ name, value: "rate", description, fallback: String(fallback), read: positive },
});

export const PRETRAINING_OPTIONS: readonly Option[] = [
  {
    name: "model",
    value: "name",
    description: "network with heads for pre-training, resnet-DEPTH[-WIDTH]-projectedUNITS",
    fallback: DEFAULTS.model,
    read: text,
  },
  {
    name: "data",
    value: "name",
    description: "pictures that networks are pre-trained on",
    fallback: DEFAULTS.data,
    read: checkDatasetName,
  },
  {
    name: "sources",
    value: "names",
    description: `what networks are pre-trained by: of ${METHODS.join(", ")}`,
    fallback: DEFAULTS.sources.join(","),
    read: listOf(oneOf(METHODS)),
  },
  {
    name: "targets",
    value: "names",
    description: "data sets that masks and weights are carried to, of pictures of the same shape",
    fallback: DEFAULTS.targets.join(","),
    read: listOf(checkDatasetName),
  },
  armsOption(ARMS, DEFAULTS.arms.join(",")),
  {
    name: "level",
    value: "n",
    description: "rounds behind the masks, several separated by commas",
    fallback: DEFAULTS.level.join(","),
    read: listOf(integer(0, 999)),
  },
  {
    name: "cut",
    value: "fraction",
    description: "of the weights left, removed each round",
    fallback: "0.2",
    read: part,
  },
  {
    name: "init",
    value: "name",
    description: "initialiser",
    fallback: DEFAULTS.init,
    read: oneOf(Object.keys(INITIALISERS) as PretrainingSpec["init"][]),
  },
  {
    name: "validation",
    value: "n",
    description: "pictures that pre-training and probes leave out",
    fallback: String(DEFAULTS.validation),
    read: integer(0),
  },
  { name: "batch", value: "n", description: "pictures of a batch", fallback: String(DEFAULTS.batch), read: integer(1) },
  length("steps", "of pre-training", DEFAULTS.steps),
  rate("lr", "of pre-training, along half a cosine", DEFAULTS.lr),
  { ...rate("weightDecay", "of pre-training", DEFAULTS.weightDecay), value: "number", read: decay },
  length("roundSteps", "of pre-training in a round of the search", DEFAULTS.roundSteps),
  rate("roundLr", "of a round, which stays", DEFAULTS.roundLr),
  length("targetSteps", "of trainings on targets", DEFAULTS.targetSteps),
  rate("targetLr", "of trainings on targets, along half a cosine", DEFAULTS.targetLr),
  { ...rate("targetDecay", "weight decay on targets", DEFAULTS.targetDecay), value: "number", read: decay },
  { name: "probes", description: "no linear probes of what pre-training leaves", off: true },
  ...REPEAT_OPTIONS,
];

type Complete = Required<PretrainingOptions>;

function partsOf(options: Complete): Part[] {
  const { model, data, sources, targets, validation, batch, probes } = options;
  const { steps, lr, weightDecay, roundSteps, roundLr, targetSteps, targetLr, targetDecay } = options;
  const pretraining = { model, validation, batch, steps, lr, weightDecay, roundSteps, roundLr, augment: true };
  const source = (name: Complete["sources"][number]): Part => {
    const own = learntName(data, name === "supervised" ? {} : { task: name });
    return { ...pretraining, name, role: "source", data: own };
  };
  const target = (name: string): Part => ({
    ...{ name: dataTitle(name), role: "target", model, data: learntName(name), validation: 0, batch, augment: true },
    ...{ steps: targetSteps, lr: targetLr, weightDecay: targetDecay, roundSteps: targetSteps, roundLr: targetLr },
  });
  const probe: Part = { ...pretraining, name: dataTitle(data), role: "probe", data: learntName(data) };
  return [...sources.map(source), ...targets.map(target), ...(probes ? [probe] : [])];
}

/** The specification that options make over those of a preset. */
export function pretrainingSpecOf(given: Values, named: Values): PretrainingSpec {
  const options = { ...DEFAULTS, ...named, ...given } as Complete;
  refuseUnused(PRETRAINING_OPTIONS, given, options as never);
  const { arms, level, cut, init, replicates, seed } = options;
  return parsePretrainingSpec({
    ...{ study: "pretraining-tickets", parts: partsOf(options), arms, cut, init, replicates, seed },
    levels: level.toSorted((a, b) => a - b),
  });
}
