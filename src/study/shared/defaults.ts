/** What a study's options are where they are not given: the set-ups that the literature has for each kind of network. */
import type { TrainingOptions } from "./options.ts";

/** A kind of network and its options. */
interface Family {
  /** The model names it is for, as help says it. */
  readonly models: string;
  readonly pattern: RegExp;
  readonly options: TrainingOptions & { readonly data: string; readonly optimizer: string };
}

/** Frankle & Carbin 2019, figure 2. */
const MLP = {
  data: "mnist",
  steps: "50000it",
  batch: 60,
  optimizer: "adam",
  lr: 0.0012,
  init: "glorot-normal",
  scope: "layer",
} as const;

/** Frankle & Carbin 2019, figure 2: convolutions lose 10 %, in Conv-6 15 %, where linear layers lose 20 %. */
const CONV = { ...MLP, data: "cifar10", augment: "none", outputCutFactor: 0.5, convCutFactor: 0.5 } as const;

/** Frankle et al. 2020, appendix A, as OpenLTH has it, but for the share of the training set that is held out. */
const DEEP = {
  data: "cifar10",
  steps: "160ep",
  batch: 128,
  optimizer: "sgd",
  lr: 0.1,
  momentum: 0.9,
  weightDecay: 1e-4,
  schedule: "step",
  milestones: ["80ep", "120ep"],
  evaluateEvery: "1ep",
  init: "kaiming-normal",
  scope: "global",
} as const;

/** Devlin et al. 2019, section A.3: one of the rates of fine-tuning, at which small encoders learn from nothing too. */
const BERT = {
  data: "glue:cola",
  steps: "3ep",
  batch: 32,
  optimizer: "adamw",
  lr: 5e-5,
  weightDecay: 0.01,
  init: "bert",
  scope: "global",
} as const;

/** The usual fine-tuning of transformers' examples, without decay. */
const FOLDER = { ...BERT, weightDecay: 0, clipNorm: 1, schedule: "linear" } as const;

/** A language model of WikiText-2's first words; the rate is Adam's usual one. */
const LSTM = {
  data: "corpus:wikitext-2?vocabulary=4000&tokens=500000",
  steps: "5ep",
  batch: 32,
  optimizer: "adam",
  lr: 1e-3,
  init: "uniform",
  scope: "global",
} as const;

/** The kinds of networks; a model is of the first that its name fits, and the last fits all. */
const FAMILIES: readonly Family[] = [
  // LeNet's output layer is pruned at half the rate.
  { models: "lenet-...", pattern: /^lenet/, options: { ...MLP, outputCutFactor: 0.5 } },
  { models: "mlp-...", pattern: /^mlp/, options: MLP },
  { models: "conv-2", pattern: /^conv-2/, options: { ...CONV, steps: "20000it", lr: 2e-4 } },
  { models: "conv-4", pattern: /^conv-4/, options: { ...CONV, steps: "25000it", lr: 3e-4 } },
  { models: "conv-6", pattern: /^conv-6/, options: { ...CONV, steps: "30000it", lr: 3e-4, convCutFactor: 0.75 } },
  // OpenLTH leaves the output layer of VGG alone, that of ResNet not.
  { models: "vgg-...", pattern: /^vgg/, options: { ...DEEP, outputCutFactor: 0 } },
  { models: "bert:FOLDER", pattern: /^bert[:@]/, options: FOLDER },
  { models: "bert-...", pattern: /^bert/, options: BERT },
  { models: "lstm-...", pattern: /^lstm/, options: LSTM },
  { models: "all others", pattern: /^/, options: DEEP },
];

/** What help says of the defaults by model. */
export function familyNotes(): string {
  const families = FAMILIES.map(({ models, options }) => `  ${models.padEnd(12)} ${described(options)}`);
  return `Defaults by model:\n${families.join("\n")}\n\nLengths of training are written 10ep, 500it, 2ep50it or 0.`;
}

function described(options: Family["options"]): string {
  const { data, steps, batch, optimizer, lr, momentum, weightDecay, milestones, init, scope } = options;
  const { schedule, clipNorm } = options;
  const { convCutFactor = 1, outputCutFactor = 1 } = options;
  return [
    `${data}, ${steps} of ${optimizer} ${lr}${momentum ? `, momentum ${momentum}, decay ${weightDecay}` : ""}, batch ${batch}`,
    schedule === "linear" ? "linear to 0" : "",
    clipNorm ? `gradients clipped at ${clipNorm}` : "",
    milestones ? `a tenth of the rate from ${milestones.join(" and ")}` : "",
    `${init}, scope ${scope}`,
    convCutFactor < 1 ? `convolutions at ${convCutFactor} of the cut` : "",
    outputCutFactor < 1 ? `output layer at ${outputCutFactor}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** Settings of an optimizer, which another one has no use for. */
const OF_OPTIMIZER = ["lr", "momentum", "weightDecay", "epsilon"] as const;

/** The data set of a model where nobody names one. */
export function dataOf(model: string): string {
  return familyOf(model).options.data;
}

const familyOf = (model: string) => FAMILIES.find(({ pattern }) => pattern.test(model))!;

/** The options of a model where `chosen` does not say otherwise; with another optimizer, without those of its own. */
export function defaultsOf(model: string, chosen: Pick<TrainingOptions, "optimizer">): TrainingOptions {
  const { options } = familyOf(model);
  if (chosen.optimizer === undefined || chosen.optimizer === options.optimizer) return options;
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !(OF_OPTIMIZER as readonly string[]).includes(name)),
  );
}
