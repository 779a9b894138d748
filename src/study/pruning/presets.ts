/** The presets of iterative magnitude pruning. */
import type { Preset } from "../kind.ts";
import type { TrainingOptions } from "../shared/options.ts";

/** Their names alone are commands. */
export const IMP_PRESETS: readonly (Preset & { readonly options: TrainingOptions })[] = [
  {
    name: "demo",
    short: true,
    summary: "the hypothesis seen in half a minute: a small form of lenet-mnist",
    options: { steps: "800it", evaluateEvery: "100it", levels: 4, cut: 0.6, replicates: 3 },
  },
  {
    name: "lenet-mnist",
    short: true,
    summary: "the lottery ticket figure on MNIST, in about three minutes on two cores",
    options: { steps: "5000it", evaluateEvery: "200it", levels: 10, cut: 0.36, replicates: 3 },
  },
  {
    name: "smoke",
    short: true,
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
];
