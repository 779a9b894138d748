/** The presets of the study `supermask`. */
import type { Preset } from "../kind.ts";
import { LEARNED_ARMS } from "../shared/learned.ts";
import { armsOf } from "./arms.ts";
import type { SupermaskOptions } from "./options.ts";

const words = (...all: string[]) => armsOf(all, "arms");

export const SUPERMASK_PRESETS: readonly (Preset & { readonly options: SupermaskOptions })[] = [
  {
    name: "laptop",
    summary: "LeNet-300-100 on MNIST, all criteria and all actions, in under an hour on two cores",
    options: { steps: "12000it", evaluateEvery: "2000it", levels: 12, cut: 0.36, arms: words("criteria", "actions") },
  },
  {
    name: "learned",
    summary:
      "LeNet-300-100 on MNIST, masks that are learnt over weights as they are, 100 epochs each, on two cores in an hour",
    options: {
      ...{ steps: "12000it", evaluateEvery: "2000it", levels: 12, cut: 0.36, arms: [], untrained: [] },
      learned: LEARNED_ARMS,
    },
  },
  {
    name: "smoke",
    summary: "a try without data, in a few seconds",
    options: {
      data: "synthetic?mean=0&std=1",
      model: "mlp-32",
      validation: 1000,
      steps: "200it",
      evaluateEvery: "100it",
      levels: 2,
      cut: 0.6,
      arms: words("large_final", "random", "large_final+reinit", "large_final+freeze_init", "large_final+zero_mask"),
      untrained: words("large_final_same_sign+signed_constant", "random+signed_constant", "same_sign"),
      learned: ["learned-rescaled-constant", "signed"],
      ...{ learnedSteps: "100it", learnedRate: 50 },
      replicates: 2,
    },
  },
  {
    name: "paper",
    summary: "Zhou et al. 2019 at full length: 24 rounds of 20 % and five replicates, in days on two cores",
    options: {
      steps: "55ep",
      evaluateEvery: "1ep",
      levels: 24,
      cut: 0.2,
      replicates: 5,
      learned: LEARNED_ARMS,
      learnedSteps: "2000ep",
      learnedBatch: 250,
    },
  },
];
