/** The presets of the study `pretraining-tickets`. */
import type { Preset } from "../kind.ts";
import type { PretrainingOptions } from "./options.ts";

type Named = Preset & { readonly options: PretrainingOptions };

export const PRETRAINING_PRESETS: readonly Named[] = [
  {
    name: "smoke",
    summary: "a try without data, in seconds: a tiny network, two levels",
    options: {
      ...{ model: "resnet-8-4-projected8", data: "synthetic-rgb@8", sources: ["simclr", "rotation"] },
      ...{ targets: ["synthetic-rgb@8:size=200"], level: [0, 2], cut: 0.3, batch: 100, validation: 0, steps: "20it" },
      ...{ roundSteps: "5it", targetSteps: "20it", replicates: 2 },
    },
  },
  {
    name: "laptop",
    summary:
      "SimCLR and rotation on CIFAR-10 with a ResNet-20, tickets on 5,000 of its labels, in a night on two cores",
    options: {
      ...{ model: "resnet-20-projected64", sources: ["simclr", "rotation"], replicates: 3, targetSteps: "20ep" },
      arms: ["ticket", "scratch", "task-scratch", "oneshot", "random", "complement"],
    },
  },
  {
    name: "paper",
    summary: "Chen et al. 2021 as far as a small network goes: all sources, arms and levels, in weeks on two cores",
    options: {
      ...{ model: "resnet-20-projected64", sources: ["simclr", "moco", "rotation", "supervised"], steps: "200ep" },
      ...{ targets: ["cifar10", "cifar10:size=5000", "fashion-mnist@32:rgb"], roundSteps: "10ep", roundLr: 0.001 },
      ...{ targetSteps: "182ep", targetLr: 0.1, targetDecay: 2e-4, replicates: 3 },
      ...{ arms: ["ticket", "scratch", "task", "task-scratch", "oneshot", "random", "complement"] },
      level: Array.from({ length: 19 }, (_, level) => level),
    },
  },
];
