/** What a pruning study is asked with: options that may be left out, and presets, which are options with a name. */

import type { Initialiser } from "../model/initialise.ts";
import type { Panel } from "./panels.ts";
import type { Arm } from "./row.ts";
import type { PruningSpec } from "./spec.ts";
import type { StudyName } from "./studies.ts";

/** The options of a pruning study; lengths of training are written `10ep`, `500it`, `2ep50it` or `0`. */
export interface PruningOptions {
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
  /** Of a study that has panels. */
  readonly pruning?: PruningSpec["study"];
  readonly rewind?: string;
  readonly rewindTo?: string;
  readonly pruneFrom?: string;
  readonly pruneTo?: string;
  readonly pruneEvery?: string;
  readonly variationalRates?: readonly number[];
  readonly l0Rates?: readonly number[];
  /** Of studies that join copies by lines. */
  readonly at?: readonly string[];
  readonly copies?: number;
  readonly points?: number;
  readonly trainImages?: number;
  readonly recompute?: boolean;
  readonly align?: "weights" | "activations";
  readonly arms?: readonly Arm[];
  readonly replicates?: number;
  readonly seed?: number;
}

/** Options under a name. */
export interface Preset {
  readonly study: StudyName;
  readonly name: string;
  /** What it is for, as help says it. */
  readonly summary: string;
  readonly options: PruningOptions;
  /** What the networks of a study of several have beside or in place of these options. */
  readonly networks?: readonly NetworkOptions[];
}

/** Options of one of several networks. */
export interface NetworkOptions {
  readonly name: string;
  readonly options: PruningOptions & { readonly model: string };
}

/** A low rate, at which tickets work on deep networks, and the usual one, at which they do not. */
export const PANELS: readonly Panel[] = [
  { name: "learning rate 0.01", lr: 0.01, warmup: "0" },
  { name: "learning rate 0.1", lr: 0.1, warmup: "0" },
];

/** How deep networks are trained, whatever the model's own defaults. */
const SGD = { optimizer: "sgd", momentum: 0.9, weightDecay: 1e-4, schedule: "step" } as const satisfies PruningOptions;

/** The survey's Figure 1 in all its sizes: the same network, data and arms. */
const FIGURE1 = {
  ...SGD,
  model: "resnet-20",
  data: "cifar10",
  cut: 0.2,
  scope: "global",
  arms: ["ticket", "reinit", "rewound"],
  replicates: 3,
} as const satisfies PruningOptions;

/** Liu et al. 2018, section 5: fine-tuning, the ticket, and new weights for as many epochs or as many FLOPs. */
const SCRATCH = {
  ...SGD,
  arms: ["ticket", "finetune", "reinit", "scratch-b"],
  replicates: 3,
} as const satisfies PruningOptions;

/** A residual network and colour images that train in seconds. */
const TINY = {
  model: "resnet-8-4",
  data: "synthetic-rgb",
  validation: 500,
  trainSize: 1000,
  augment: "crop-flip",
  batch: 32,
  steps: "120it",
  milestones: ["80it", "100it"],
  evaluateEvery: "60it",
  levels: 2,
  cut: 0.5,
  rewindTo: "20it",
  replicates: 2,
} as const satisfies PruningOptions;

/**
 * Figure 1 in an hour or more on two cores. Reduced: width 16 to 8, training images 45,000 to 10,000, iterations 30,000 to
 * 1,200 with everything that happens on the way, levels of one round of 20 % to levels of four (0.8^4 = 0.4096).
 */
const LAPTOP = {
  model: "resnet-20-8",
  trainSize: 10_000,
  steps: "1200it",
  milestones: ["800it", "1000it"],
  rewindTo: "60it",
  evaluateEvery: "400it",
  levels: 3,
  cut: 0.5904,
} as const satisfies PruningOptions;

/** Frankle et al. 2020, appendix A: copies part, two a pair, of three initialisations. */
const COPIES = { copies: 3, replicates: 3 } as const satisfies PruningOptions;

/** LeNet as Frankle et al. 2020 train it: all of MNIST, 24,000 iterations. */
const LENET = { model: "lenet-300-100", validation: 0, steps: "24000it", evaluateEvery: "6000it" } as const;

/** ResNet-20 and VGG-16 of the same paper: 63,000 iterations at its standard rate. */
const DEEP = { ...SGD, data: "cifar10", validation: 0, batch: 128, evaluateEvery: "10000it" } as const;
const LONG = { ...DEEP, steps: "63000it", milestones: ["32000it", "48000it"] } as const;

/** The partings of its figures 3 and 5, up to half of the training. */
const PARTINGS = ["0", "100it", "500it", "1000it", "2000it", "3000it", "5000it", "10000it", "20000it"] as const;

/** What ResNet-20's instability needs at least: a quarter of the width, images and iterations. */
const NARROW = {
  ...DEEP,
  model: "resnet-20-4",
  trainSize: 10_000,
  steps: "2400it",
  milestones: ["1200it", "1800it"],
  evaluateEvery: "1200it",
  at: ["0", "60it", "240it", "480it", "960it"],
  points: 11,
  trainImages: 2000,
} as const satisfies PruningOptions;

/** Two small networks for a try in seconds: copies of one that are joined by a flat line, and of one that are not. */
const TRY: readonly NetworkOptions[] = [
  { name: "MLP", options: { model: "mlp-32", data: "synthetic", steps: "200it", at: ["0", "20it"] } },
  {
    name: "ResNet-8",
    options: {
      ...SGD,
      model: "resnet-8-4",
      data: "synthetic-rgb",
      batch: 32,
      steps: "120it",
      milestones: ["80it"],
      at: ["0", "20it"],
    },
  },
];

/** The survey's five networks as a laptop trains them; what is reduced is in their models and sizes. */
const LAPTOP_NETWORKS: readonly NetworkOptions[] = [
  { name: "LeNet", options: { ...LENET, steps: "6000it", evaluateEvery: "3000it", at: ["0", "100it", "1000it"] } },
  { name: "ResNet-20", options: NARROW },
  { name: "VGG-16", options: { ...NARROW, model: "vgg-16-w8" } },
  ...["resnet-50-cifar-w4", "inception-v3-cifar-w4"].map((model) => ({
    name: model.startsWith("resnet") ? "ResNet-50" : "Inception-v3",
    options: {
      ...{ ...NARROW, model, trainSize: 5000, steps: "600it", milestones: ["300it", "450it"] },
      ...{ evaluateEvery: "300it", at: ["0", "60it", "120it", "240it", "480it"], trainImages: 1000 },
    },
  })),
];

/** The same in full; without ImageNet, the largest two in their form for CIFAR-10. */
const PAPER_NETWORKS: readonly NetworkOptions[] = [
  { name: "LeNet", options: { ...LENET, at: ["0", "100it", "500it", "1000it", "2000it"] } },
  { name: "ResNet-20", options: { ...LONG, model: "resnet-20", at: PARTINGS } },
  { name: "VGG-16", options: { ...LONG, model: "vgg-16", at: PARTINGS } },
  { name: "ResNet-50", options: { ...LONG, model: "resnet-50-cifar", at: PARTINGS } },
  { name: "Inception-v3", options: { ...LONG, model: "inception-v3-cifar", at: PARTINGS } },
];

/** A network whose copies part at initialisation alone. */
function fromInitialisation({ name, options }: NetworkOptions): NetworkOptions {
  return { name, options: { ...options, at: ["0"] } };
}

const TRY_SHARED = {
  validation: 500,
  trainSize: 1000,
  points: 5,
  copies: 2,
  replicates: 1,
  evaluateEvery: "60it",
} as const;

/** The presets; of one study the first is what the study is without a preset, where it cannot be without. */
export const PRESETS: readonly Preset[] = [
  {
    study: "imp",
    name: "lenet-mnist",
    summary: "the lottery ticket figure on MNIST, in about three minutes on two cores",
    options: { steps: "5000it", evaluateEvery: "200it", levels: 10, cut: 0.36, replicates: 3 },
  },
  {
    study: "imp",
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: {
      data: "synthetic",
      validation: 1000,
      steps: "200it",
      evaluateEvery: "50it",
      levels: 3,
      cut: 0.5,
      replicates: 2,
    },
  },
  {
    study: "figure1",
    name: "laptop",
    summary: "ResNet-20 of half the width on 10,000 images of CIFAR-10, in an hour or more on two cores",
    options: { ...FIGURE1, ...LAPTOP },
  },
  {
    study: "figure1",
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: { ...FIGURE1, ...TINY },
  },
  {
    study: "figure1",
    name: "paper",
    summary: "full size: ResNet-20 on CIFAR-10, 30,000 iterations, 20 levels; weeks on two cores",
    options: {
      ...FIGURE1,
      steps: "30000it",
      milestones: ["20000it", "25000it"],
      rewindTo: "500it",
      evaluateEvery: "500it",
      levels: 20,
    },
  },
  {
    study: "scratch",
    name: "laptop",
    summary: "VGG-16 of an eighth of the width on 10,000 images of CIFAR-10, pruned in one shot, in about an hour",
    options: {
      ...SCRATCH,
      model: "vgg-16-w8",
      trainSize: 10_000,
      steps: "2000it",
      milestones: ["1000it", "1500it"],
      rewindTo: "1500it",
      evaluateEvery: "500it",
      levels: 3,
      cut: 0.6,
    },
  },
  {
    study: "scratch",
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: { ...TINY, ...SCRATCH, replicates: 2 },
  },
  {
    study: "scratch",
    name: "paper",
    summary: "full size: VGG-16 on CIFAR-10, 160 epochs; weeks on two cores",
    options: {
      ...SCRATCH,
      model: "vgg-16",
      batch: 64,
      milestones: ["80ep", "120ep"],
      rewindTo: "120ep",
      levels: 3,
      cut: 0.5,
      replicates: 5,
    },
  },
  {
    study: "instability",
    name: "lenet",
    summary: "LeNet-300-100 on MNIST at full length, dense and at 3.6 % of the weights, in about a quarter of an hour",
    options: {
      ...{ ...LENET, ...COPIES, at: ["0", "1000it"], trainImages: 10_000 },
      ...{ arms: ["dense", "rewound", "random", "shuffle", "reinit"], levels: 5, cut: 0.488 },
    },
  },
  {
    study: "instability",
    name: "laptop",
    summary: "ResNet-20 of a quarter of the width on 10,000 images, dense and pruned, in about an hour",
    options: {
      ...{ ...NARROW, copies: 3 },
      ...{ arms: ["dense", "rewound", "random", "reinit"], levels: 2, cut: 0.6 },
    },
  },
  {
    study: "instability",
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: { ...TRY_SHARED, ...TRY[1]!.options, arms: ["dense", "rewound", "random"], levels: 1, cut: 0.5 },
  },
  {
    study: "instability",
    name: "paper",
    summary: "full size: ResNet-20 on CIFAR-10, 63,000 iterations, 16.8 % of the weights; months on two cores",
    options: {
      ...{ ...LONG, ...COPIES, model: "resnet-20", at: PARTINGS },
      ...{ arms: ["dense", "rewound", "random", "reinit"], levels: 8, cut: 0.2 },
    },
  },
  ...(["figure2", "figure3"] as const).flatMap((study): Preset[] => [
    {
      study,
      name: "laptop",
      summary: "LeNet, and CIFAR-10's networks at reduced width on 5,000 to 10,000 images, in about half an hour",
      options: { copies: 2, points: 11, trainImages: 2000 },
      networks: LAPTOP_NETWORKS.map((network) => (study === "figure3" ? network : fromInitialisation(network))),
    },
    {
      study,
      name: "smoke",
      summary: "a try without data, in a few seconds",
      options: TRY_SHARED,
      networks: study === "figure3" ? TRY : TRY.map(fromInitialisation),
    },
    {
      study,
      name: "paper",
      summary: "full size: LeNet, ResNet-20, VGG-16, ResNet-50, Inception-v3, the last two in CIFAR's form; months",
      options: COPIES,
      networks: PAPER_NETWORKS.map((network) => (study === "figure3" ? network : fromInitialisation(network))),
    },
  ]),
  {
    study: "methods",
    name: "laptop",
    summary: "LeNet-300-100 on MNIST, 50 to 1.6 % of the weights, in about half an hour on two cores",
    options: {
      steps: "5000it",
      evaluateEvery: "500it",
      levels: 6,
      cut: 0.5,
      variationalRates: [0.3, 1, 3, 10, 30],
      l0Rates: [10, 30, 60, 100, 150],
      replicates: 3,
    },
  },
  {
    study: "methods",
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: {
      data: "synthetic",
      model: "mlp-32",
      validation: 1000,
      steps: "200it",
      // High, for the gates of L0 to shut in so few iterations.
      lr: 0.03,
      evaluateEvery: "100it",
      levels: 2,
      cut: 0.6,
      variationalRates: [1, 10],
      l0Rates: [10, 100],
      replicates: 2,
    },
  },
  {
    study: "methods",
    name: "resnet",
    summary: "ResNet-20 of half the width on 10,000 images of CIFAR-10, in some hours on two cores",
    options: {
      model: "resnet-20-8",
      trainSize: 10_000,
      steps: "2000it",
      milestones: ["1333it", "1667it"],
      evaluateEvery: "500it",
      levels: 5,
      cut: 0.488,
      variationalRates: [0.1, 0.3, 1, 3],
      l0Rates: [1, 3, 10, 30],
      replicates: 3,
    },
  },
];
