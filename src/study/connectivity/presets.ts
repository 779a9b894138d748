/** The presets of studies that join copies by lines. */
import type { Preset } from "../kind.ts";
import { SGD } from "../shared/presets.ts";
import type { LineOptions } from "./options.ts";

/** Options of one of several networks, beside or in place of the preset's. */
export interface NetworkOptions {
  readonly name: string;
  readonly options: LineOptions & { readonly model: string };
}

/** A preset of a study of several networks. */
export interface NetworksPreset extends Preset {
  readonly networks: readonly NetworkOptions[];
}

/** Frankle et al. 2020, appendix A: copies part, two a pair, of three initialisations. */
const COPIES = { copies: 3, replicates: 3 } as const satisfies LineOptions;

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
} as const satisfies LineOptions;

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

export const INSTABILITY_PRESETS: readonly Preset[] = [
  {
    name: "lenet",
    summary: "LeNet-300-100 on MNIST at full length, dense and at 3.6 % of the weights, in about a quarter of an hour",
    options: {
      ...{ ...LENET, ...COPIES, at: ["0", "1000it"], trainImages: 10_000 },
      ...{ arms: ["dense", "rewound", "random", "shuffle", "reinit"], levels: 5, cut: 0.488 },
    },
  },
  {
    name: "laptop",
    summary: "ResNet-20 of a quarter of the width on 10,000 images, dense and pruned, in about an hour",
    options: {
      ...{ ...NARROW, copies: 3 },
      ...{ arms: ["dense", "rewound", "random", "reinit"], levels: 2, cut: 0.6 },
    },
  },
  {
    name: "figure1",
    summary: "ResNet-8 in the recipe of figure1's laptop at rate 0.1, dense and pruned, in about an hour",
    options: {
      ...{ ...DEEP, model: "resnet-8-4", validation: 5000, steps: "2400it", milestones: ["1600it", "2000it"] },
      ...{ weightDecay: 2e-3, evaluateEvery: "800it", at: ["0", "60it", "240it", "360it", "480it", "960it"] },
      ...{ ...COPIES, replicates: 6, points: 11, trainImages: 2000 },
      ...{ arms: ["dense", "rewound", "random", "reinit"], levels: 2, cut: 0.488, shortcutCutFactor: 0 },
    },
  },
  {
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: { ...TRY_SHARED, ...TRY[1]!.options, arms: ["dense", "rewound", "random"], levels: 1, cut: 0.5 },
  },
  {
    name: "paper",
    summary: "full size: ResNet-20 on CIFAR-10, 63,000 iterations, 16.8 % of the weights; months on two cores",
    options: {
      ...{ ...LONG, ...COPIES, model: "resnet-20", at: PARTINGS },
      ...{ arms: ["dense", "rewound", "random", "reinit"], levels: 8, cut: 0.2 },
    },
  },
];

/** The presets of studies of several networks; the first is what they are without one. */
export function networksPresets(study: "figure2" | "figure3"): readonly NetworksPreset[] {
  const of = (networks: readonly NetworkOptions[]) =>
    study === "figure3" ? networks : networks.map(fromInitialisation);
  return [
    {
      name: "laptop",
      summary: "LeNet, and CIFAR-10's networks at reduced width on 5,000 to 10,000 images, in about half an hour",
      options: { copies: 2, points: 11, trainImages: 2000 },
      networks: of(LAPTOP_NETWORKS),
    },
    {
      name: "smoke",
      summary: "a try without data, in a few seconds",
      options: TRY_SHARED,
      networks: of(TRY),
    },
    {
      name: "paper",
      summary: "full size: LeNet, ResNet-20, VGG-16, ResNet-50, Inception-v3, the last two in CIFAR's form; months",
      options: COPIES,
      networks: of(PAPER_NETWORKS),
    },
  ];
}
