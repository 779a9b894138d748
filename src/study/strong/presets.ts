/** The presets of the study of strong tickets. */
import type { Preset } from "../kind.ts";

export const STRONG_PRESETS: readonly Preset[] = [
  {
    name: "laptop",
    summary: "LeNet-300-100 on MNIST inside a random network of every construction, under an hour on two cores",
    options: { trials: 1000 },
  },
  {
    name: "gadgets",
    summary: "edge-popup in gadgets with and without ReLU, and in wide networks of as many weights, 30 epochs on MNIST",
    options: {
      ...{ constructions: [], attention: [], steps: "30ep", popup: [50, 125, 300] },
      popupForms: ["gadget", "linear", "wide"],
    },
  },
  {
    name: "smoke",
    summary: "a try without data, in about a minute",
    options: {
      data: "synthetic",
      model: "mlp-16-12",
      narrow: "mlp-8",
      steps: "300it",
      trials: 20,
      trialEpsilon: 0.2,
      popup: [24],
      draws: 40,
    },
  },
  {
    name: "paper",
    summary: "the 784-500-10 of Pensia et al. 2020, 397,000 weights, with five draws",
    options: { model: "mlp-500", trials: 1000, draws: 2000, popup: [50, 125, 300], replicates: 5 },
  },
];
