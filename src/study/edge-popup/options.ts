/** The options of the study `edge-popup`. */
import { OPTIMIZER_NAMES, type OptimizerName, optimizerOf } from "../../train/optimizer.ts";
import { integer, listOf, type Need, number, type Option, oneOf, positive, steps } from "../option.ts";
import { armsOption, RATE_OPTIONS, REPEAT_OPTIONS, SUBJECT_OPTIONS, type TrainingOptions } from "../shared/options.ts";
import { type Complete, fieldsOf, rateOf } from "../shared/spec-of.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";
import { DEFAULT_ARMS, POPUP_ARMS, POPUP_WEIGHTS, type PopupArm, type PopupSpec, parsePopupSpec } from "./spec.ts";

/** Their values. */
export interface PopupOptions extends TrainingOptions {
  readonly kept?: readonly number[];
  readonly weights?: PopupSpec["weights"];
  readonly widths?: readonly number[];
  readonly scaled?: boolean;
  readonly denseOptimizer?: OptimizerName;
  readonly denseLr?: number;
  readonly denseBatch?: number;
  readonly learnedRate?: number;
  readonly freezeEvery?: string;
}

/** Ramanujan et al. 2020 as they train on CIFAR-10, on all training images; the test set chooses nothing here. */
export const POPUP_DEFAULTS = {
  model: "lenet-300-100-nobias",
  ...{ optimizer: "sgd", lr: 0.1, momentum: 0.9, weightDecay: 1e-4, schedule: "cosine", batch: 128 },
  ...{ steps: "100ep", evaluateEvery: "1ep", validation: 0, scope: "layer" },
} as const satisfies TrainingOptions;

const KEPT = [0.1, 0.3, 0.5, 0.7, 0.9];

const compares = (arm: PopupArm): Need => ({
  words: `the arm ${arm}`,
  met: ({ arms }) => (arms as readonly string[]).includes(arm),
});

const share = number({ rule: "a number above 0 and at most 1", holds: (value) => value > 0 && value <= 1 });

export const POPUP_OPTIONS: readonly Option[] = [
  ...SUBJECT_OPTIONS.map((option) =>
    option.name === "model" ? { ...option, fallback: POPUP_DEFAULTS.model } : option,
  ),
  // How weights are drawn is said by `weights`.
  ...TRAINING_OPTIONS.filter(({ name }) => name !== "init").map(withDefault),
  ...RATE_OPTIONS.map(withDefault),
  {
    name: "kept",
    value: "fractions",
    description: "of the weights, from 0 to 1",
    fallback: KEPT.join(","),
    read: listOf(share),
  },
  {
    name: "scope",
    value: "name",
    description: "layer: that fraction of every layer's weights; global: of all together",
    fallback: "layer",
    read: oneOf(["layer", "global"]),
  },
  {
    name: "weights",
    value: "name",
    description: "kaiming-normal, or signed-constant: its signs times sqrt(2 / fan in)",
    fallback: "signed-constant",
    read: oneOf(POPUP_WEIGHTS),
  },
  {
    name: "widths",
    value: "numbers",
    description: "multiples of 64 channels in the first layer, and of all others alike, such as 0.25,0.5,1",
    fallback: "the model as it is named",
    read: listOf(positive),
  },
  { name: "scaled", description: "divide weights by the root of the fraction kept" },
  armsOption(POPUP_ARMS, DEFAULT_ARMS.join(",")),
  {
    name: "denseOptimizer",
    value: "name",
    description: "what the dense network is trained by",
    fallback: "of MLPs adam, else sgd with momentum 0.9 and decay 0.0001 on a cosine",
    read: oneOf(OPTIMIZER_NAMES),
    need: compares("dense"),
  },
  {
    name: "denseLr",
    value: "rate",
    description: "of the dense network",
    fallback: "with sgd 0.01, else 0.0012",
    read: positive,
    need: compares("dense"),
  },
  {
    name: "denseBatch",
    value: "n",
    description: "examples an iteration of the dense network",
    fallback: "with sgd 128, else 60",
    read: integer(1),
    need: compares("dense"),
  },
  {
    name: "learnedRate",
    value: "rate",
    description: "of the logits of the learned mask",
    fallback: "of MLPs 100, else 200",
    read: positive,
    need: compares("learned"),
  },
  {
    name: "freezeEvery",
    value: "length",
    description: "between two freezings of the lowest scores of gem-miner",
    fallback: "1ep",
    read: steps,
    need: { words: "an arm gem-...", met: ({ arms }) => (arms as readonly PopupArm[]).some(isGem) },
  },
  ...REPEAT_OPTIONS,
];

const isGem = (arm: PopupArm) => arm.startsWith("gem-");

function withDefault(option: Option): Option {
  const own = (POPUP_DEFAULTS as Readonly<Record<string, unknown>>)[option.name];
  return own === undefined ? option : { ...option, fallback: String(own) };
}

/** The specification that complete options make. */
export function popupSpecOf(options: Complete<PopupOptions>): PopupSpec {
  const { levels: _l, cut: _c, outputCutFactor: _o, convCutFactor: _v, init: _i, ...fields } = fieldsOf(options);
  const isMlp = /^(lenet|mlp)/.test(options.model);
  const { denseOptimizer = isMlp ? "adam" : "sgd" } = options;
  const isSgd = denseOptimizer === "sgd";
  const { denseLr = isSgd ? 0.01 : 0.0012, denseBatch = isSgd ? 128 : 60 } = options;
  return parsePopupSpec({
    ...{ ...fields, ...rateOf(options), study: "edge-popup" },
    kept: [...(options.kept ?? KEPT)].sort((a, b) => a - b),
    weights: options.weights ?? "signed-constant",
    scaled: options.scaled ?? false,
    ...(options.widths && { widths: [...options.widths].sort((a, b) => a - b) }),
    dense: {
      optimizer: optimizerOf(denseOptimizer, isSgd ? { momentum: 0.9, weightDecay: 1e-4 } : {}),
      ...{ lr: denseLr, batch: denseBatch, schedule: { name: isSgd ? "cosine" : "constant" } },
    },
    ...(options.arms.some((arm) => isGem(arm as PopupArm)) && { freezeEvery: options.freezeEvery ?? "1ep" }),
    learnedRate: options.learnedRate ?? (isMlp ? 100 : 200),
  });
}
