/** The presets of studies of configurations. */
import type { Preset } from "../../kind.ts";
import { SGD } from "../../shared/presets.ts";
import type { ConfiguredOptions } from "./options.ts";
import type { ConfiguredArm } from "./spec.ts";

export type ConfiguredPreset = Preset & { readonly options: ConfiguredOptions };

const RANDOM = ["global-random", "layer-random", "permuted", "reinit", "statistics"] as const;
const ALL: readonly ConfiguredArm[] = [...RANDOM, "weights-masked", "weights", "ticket"];

/** LeNet on pictures of 28 by 28 grey pixels, to 3 % of the weights. */
const LENET = {
  model: "lenet-300-100",
  init: "kaiming-normal",
  ...{ steps: "3000it", rewind: "300it", evaluateEvery: "3000it", batch: 60 },
  densities: [0.512, 0.262, 0.134, 0.0687, 0.044, 0.0281],
  replicates: 6,
  // A pilot of 1,000 iterations ran with seed 2.
  seed: 3,
} as const satisfies ConfiguredOptions;

/** Training as the study `figure1` has it on a laptop: it forgets its first weights as far as the paper's does. */
const { optimizer: _, ...DEEP } = SGD;
const RESNET = {
  ...DEEP,
  model: "resnet-8-4",
  ...{ steps: "2400it", milestones: ["1600it", "2000it"], weightDecay: 2e-3, rewind: "240it" },
  ...{ evaluateEvery: "2400it", batch: 128, shortcutCutFactor: 0 },
  densities: [0.512, 0.262, 0.134, 0.0687],
  replicates: 3,
  seed: 2,
} as const satisfies ConfiguredOptions;

const SMOKE = {
  ...{ model: "mlp-16", validation: 500, batch: 50, steps: "40it", rewind: "5it", evaluateEvery: "40it" },
  ...{ densities: [0.5, 0.2], replicates: 2 },
} as const satisfies ConfiguredOptions;

/** VGG-19 as the paper trains it, to a thousandth of its weights in 30 rounds. */
const PAPER = {
  ...DEEP,
  model: "vgg-19",
  ...{ steps: "160ep", milestones: ["80ep", "120ep"], batch: 512, rewind: "1ep", evaluateEvery: "1ep" },
  // 0.8 ^ n, of four digits.
  densities: [
    ...[0.8, 0.64, 0.512, 0.4096, 0.3277, 0.2621, 0.2097, 0.1678, 0.1342, 0.1074, 0.0859, 0.0687, 0.055, 0.044, 0.0352],
    ...[0.0281, 0.0225, 0.018, 0.0144, 0.0115, 0.0092, 0.0074, 0.0059, 0.0047, 0.0038, 0.003, 0.0024, 0.0019, 0.0015],
    0.0012,
  ],
  replicates: 6,
} as const satisfies ConfiguredOptions;

export const TRANSFER_PRESETS: readonly ConfiguredPreset[] = [
  {
    name: "smoke",
    summary: "a try without data, in seconds",
    options: {
      ...SMOKE,
      tasks: ["synthetic:size=2000", "synthetic:classes=0-4"],
      ...{ arms: ALL, lines: [2] },
    },
  },
  {
    name: "laptop",
    summary:
      "LeNet on MNIST, Fashion-MNIST and USPS, each on each, against all random tickets; in a quarter of an hour on two cores",
    options: { ...LENET, tasks: ["mnist", "fashion-mnist", "usps@28"], arms: ALL, lines: [3] },
  },
  {
    name: "optimizers",
    summary: "LeNet on MNIST and Fashion-MNIST by SGD and by Adam, each on each, as long",
    options: {
      ...LENET,
      ...{ tasks: ["mnist", "fashion-mnist"], optimizers: ["sgd", "adam"], arms: ["layer-random", "reinit", "ticket"] },
    },
  },
  {
    name: "halves",
    summary: "ResNet-8 of a quarter of the width between two halves of CIFAR-10's images, in an hour",
    options: { ...RESNET, tasks: ["cifar10:half=a", "cifar10:half=b"], arms: ALL, lines: [2] },
  },
  {
    name: "classes",
    summary: "the same between two halves of CIFAR-10's classes, in an hour",
    options: { ...RESNET, tasks: ["cifar10:classes=0-4", "cifar10:classes=5-9"], arms: ALL, lines: [2] },
  },
  {
    name: "sizes",
    summary:
      "the same from 5,000 to 45,000 images and, apart from that, from 2 to 10 classes, to 5,000 of Fashion-MNIST",
    options: {
      ...RESNET,
      validation: 1000,
      tasks: [
        ...["cifar10:size=5000", "cifar10:size=15000", "cifar10:size=45000"],
        ...["cifar10:classes=0-1:size=9000", "cifar10:classes=0-4:size=9000", "cifar10:size=9000"],
        "fashion-mnist@32:rgb:size=5000",
      ],
      ...{ targets: ["fashion-mnist-size-5000"], arms: ["layer-random", "ticket"] },
    },
  },
  {
    name: "paper",
    summary:
      "Morcos et al. 2019: VGG-19, 30 rounds, four data sets by SGD; with --optimizers sgd,adam by both; months on two cores",
    options: {
      ...PAPER,
      tasks: ["cifar10", "cifar100", "svhn", "fashion-mnist@32:rgb"],
      ...{ rates: { sgd: 0.1 }, arms: ["global-random", "layer-random", "reinit", "ticket"] },
    },
  },
];

const SCARCE: readonly ConfiguredArm[] = ["global-random", "layer-random", "l2", "ticket"];

/** From natural images to few pictures of another domain; a fifth of the target is held out, by which decays are chosen. */
const ODD = {
  ...RESNET,
  ...{ validation: 0.2, arms: SCARCE, decays: [0, 5e-4, 2e-3, 8e-3], replicates: 6 },
} as const satisfies ConfiguredOptions;

const NATURAL = ["cifar10", "fashion-mnist@32:rgb"] as const;

export const ODD_PRESETS: readonly ConfiguredPreset[] = [
  {
    name: "smoke",
    summary: "a try without data, in seconds",
    options: {
      ...SMOKE,
      tasks: ["synthetic", "synthetic:classes=0-4:size=200"],
      ...{ targets: ["synthetic-classes-0-4-size-200"], arms: SCARCE, decays: [0, 0.01] },
    },
  },
  {
    name: "laptop",
    summary: "tickets of CIFAR-10 and Fashion-MNIST on 1,000 letters of notMNIST; in an hour on two cores",
    options: {
      ...ODD,
      tasks: [...NATURAL, "notmnist-small@32:rgb:size=1000"],
      targets: ["notmnist-small-size-1000"],
    },
  },
  {
    name: "icons",
    summary: "the same on icons by icon set, which scripts/rendered-sets.mjs renders into the folder rendered",
    options: { ...ODD, tasks: [...NATURAL, "folder:rendered/icons@32"], targets: ["icons"] },
  },
  {
    name: "paper",
    summary:
      "Sabatelli et al. 2020 in outline: ResNet-50 from CIFAR-10, CIFAR-100 and Fashion-MNIST; add --tasks; months",
    options: {
      ...PAPER,
      ...{ model: "resnet-50-cifar", arms: SCARCE, decays: [0, 1e-4, 5e-4, 2e-3], validation: 0.2 },
      tasks: ["cifar10", "cifar100", "fashion-mnist@32:rgb", "notmnist-small@32:rgb:size=1000"],
      targets: ["notmnist-small-size-1000"],
    },
  },
];
