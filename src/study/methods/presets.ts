/** The presets of the study of ways to sparsity. */
import type { Preset } from "../kind.ts";

export const METHODS_PRESETS: readonly Preset[] = [
  {
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
