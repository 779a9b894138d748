/** The presets of the study of edge-popup. */
import type { Preset } from "../kind.ts";
import { SANITY_ARMS } from "./spec.ts";

/** Images as they are, and a tenth of the paper's epochs. */
const CONV_2 = { model: "conv-2-nobias", steps: "10ep", augment: "none" } as const;

export const POPUP_PRESETS: readonly Preset[] = [
  {
    name: "laptop",
    summary:
      "LeNet-300-100 without biases on MNIST, 10 to 90 % of the weights, 20 epochs, in some minutes on two cores",
    options: { steps: "20ep", replicates: 3 },
  },
  {
    name: "conv-2",
    summary: "Conv-2 without biases on CIFAR-10, 10 to 90 % of the weights, 10 epochs, in two hours on two cores",
    options: { ...CONV_2, kept: [0.1, 0.3, 0.5, 0.7, 0.9] },
  },
  {
    name: "widths",
    summary:
      "Conv-2 on CIFAR-10 at a quarter, half and all of its width, half of the weights against the dense network",
    options: { ...CONV_2, kept: [0.5], widths: [0.25, 0.5, 1], arms: ["edge-popup", "dense"] },
  },
  {
    name: "gem-miner",
    summary: "LeNet without biases on MNIST, masks of GEM-MINER and training under them, permuted and on new weights",
    options: {
      ...{ steps: "20ep", kept: [0.01, 0.02, 0.05, 0.1] },
      arms: ["edge-popup", "gem-miner", ...SANITY_ARMS, "dense"],
    },
  },
  {
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: {
      data: "synthetic",
      model: "mlp-32-nobias",
      steps: "200it",
      evaluateEvery: "100it",
      kept: [0.3, 0.6],
      replicates: 2,
    },
  },
  {
    name: "paper",
    summary: "Conv-4 without biases on CIFAR-10 as Ramanujan et al. 2020, 100 epochs, in days on two cores",
    options: {
      model: "conv-4-nobias",
      augment: "crop-flip",
      kept: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
      replicates: 5,
    },
  },
];
