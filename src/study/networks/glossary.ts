/** The words of figures and reports, each with one meaning. */

import type { Measure } from "../../task/task.ts";
import { ACCURACY } from "../../task/words.ts";
import { ARM_STYLES } from "./arms.ts";
import { ARMS, METHODS } from "./row.ts";

/** Words and meanings, in reading order. */
export function glossary({ title }: Pick<Measure, "title">): [word: string, meaning: string][] {
  return [
    ["Weights remaining, density", "the share of prunable weights that pruning has kept, in % or as a fraction"],
    ["Cut", "the share of the weights left that one round of pruning removes"],
    ["Level", "the number of pruning rounds behind a mask; level 0 is dense"],
    ["Replicate", "one repetition of everything with its own random seeds; n counts replicates"],
    ["Ticket", "a mask together with the weights that it starts training from"],
    ["Rewind point", "the iteration those weights come from; 0 is the initialisation"],
    ["Arm", "what is compared at equal masks or equal density"],
    ...[...ARMS, ...METHODS].map((arm): [string, string] => [`Arm: ${arm}`, ARM_STYLES[arm].meaning]),
    ["Iteration", "one step of the optimizer on one batch"],
    ["Early stop", `the iteration of minimum validation loss, and the test ${title} there`],
    ["Diverged", `the loss or the ${title} of the run is not a number`],
  ];
}

/** The words of studies of classification. */
export const GLOSSARY = glossary(ACCURACY);
