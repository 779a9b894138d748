/** Options that presets of several studies share. */
import type { TrainingOptions } from "./options.ts";

/** How deep networks are trained, whatever the model's own defaults. */
export const SGD = {
  optimizer: "sgd",
  momentum: 0.9,
  weightDecay: 1e-4,
  schedule: "step",
} as const satisfies TrainingOptions;
