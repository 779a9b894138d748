/** The words of figures and reports, each with one meaning. */

import { ARM_STYLES } from "./arms.ts";
import { ARMS, METHODS } from "./row.ts";

/** Words and meanings, in reading order. */
export const GLOSSARY: readonly (readonly [word: string, meaning: string])[] = [
  ["Weights remaining, density", "the share of prunable weights that pruning has kept, in % or as a fraction"],
  ["Cut", "the share of the weights left that one round of pruning removes"],
  ["Level", "the number of pruning rounds behind a mask; level 0 is dense"],
  ["Replicate", "one repetition of everything with its own random seeds; n counts replicates"],
  ["Ticket", "a mask together with the weights that it starts training from"],
  ["Rewind point", "the iteration those weights come from; 0 is the initialisation"],
  ["Arm", "what is compared at equal masks or equal density"],
  ...[...ARMS, ...METHODS].map((arm) => [`Arm: ${arm}`, ARM_STYLES[arm].meaning] as const),
  ["Iteration", "one step of the optimizer on one batch"],
  ["Early stop", "the iteration of minimum validation loss, and the test accuracy there"],
  ["Diverged", "the loss or the accuracy of the run is not a number"],
];
