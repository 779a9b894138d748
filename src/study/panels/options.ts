/** The options of studies of panels. */
import { ARMS } from "../networks/row.ts";
import { integer, type Option, oneOf } from "../option.ts";
import { REWIND_OPTIONS } from "../pruning/kind.ts";
import { armsOption, REPEAT_OPTIONS, SUBJECT_OPTIONS, type TrainingOptions } from "../shared/options.ts";
import { longestOption, NO_LIMIT, PRUNING_OPTIONS, WHAT_OPTIONS } from "../shared/pruning-options.ts";
import type { PruningSpec } from "../shared/spec.ts";
import { START_OPTIONS } from "../shared/start.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";

/** Their values. */
export interface PanelsOptions extends TrainingOptions {
  readonly pruning?: PruningSpec["study"];
  readonly copiesAt?: number;
}

/** The options of a study of panels; given are how it prunes and its arms where neither is chosen. */
export function panelsOptions({ pruning, arms }: Required<Pick<PanelsOptions, "pruning" | "arms">>): readonly Option[] {
  return [
    ...SUBJECT_OPTIONS,
    ...START_OPTIONS,
    ...TRAINING_OPTIONS,
    ...PRUNING_OPTIONS,
    ...WHAT_OPTIONS,
    {
      name: "pruning",
      value: "name",
      description: "imp or oneshot",
      fallback: pruning,
      read: oneOf(["imp", "oneshot"]),
    },
    ...REWIND_OPTIONS,
    {
      name: "copiesAt",
      value: "level",
      description: "whose networks, with the dense ones, are trained once more with other noise, for the LII between",
      fallback: "none",
      read: integer(0, 9999),
    },
    longestOption(NO_LIMIT),
    armsOption(ARMS, arms.join(",")),
    ...REPEAT_OPTIONS,
  ];
}
