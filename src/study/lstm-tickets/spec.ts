/** The specification of the study `lstm-tickets`: one pruning study of language models for each choice of what may be pruned. */
import { z } from "zod";
import { LSTM_PRUNES, type LstmPrunes } from "../../sequence/lstm.ts";
import { type PruningSpec, parsePruningSpec, parseWith, pruningFields } from "../shared/spec.ts";

/** What the study compares: the arms of Yu et al. 2020, section 3, and those that are close to them. */
export const LSTM_ARMS = ["ticket", "rewound", "oneshot", "reinit", "random"] as const;

const lstmSpec = pruningFields.omit({ study: true, arms: true, unit: true }).extend({
  study: z.literal("lstm-tickets"),
  model: z
    .string()
    .regex(
      /^lstm-(?!.*-prunes-)/,
      "must be an LSTM such as lstm-2-128, without -prunes-: what may be pruned is `prunes`",
    ),
  /** What may be pruned: a panel each. */
  prunes: z
    .array(z.enum(LSTM_PRUNES))
    .min(1)
    .refine((prunes) => new Set(prunes).size === prunes.length, "must name each choice once"),
  arms: z
    .array(z.enum(LSTM_ARMS))
    .min(1)
    .refine((arms) => new Set(arms).size === arms.length, "must name each arm once"),
});

export type LstmSpec = z.infer<typeof lstmSpec>;

/** Checks a specification; throws as {@link parseWith}. */
export function parseLstmSpec(value: unknown): LstmSpec {
  const spec = parseWith(lstmSpec, value);
  for (const prunes of spec.prunes) pruningOf(spec, prunes);
  return spec;
}

/** The pruning study of one choice; the model's name says it. */
export function pruningOf({ prunes: _, ...shared }: LstmSpec, prunes: LstmPrunes): PruningSpec {
  const model = prunes === "weights" ? shared.model : `${shared.model}-prunes-${prunes}`;
  return parsePruningSpec({ ...shared, model, study: "imp" });
}

/** What panels are called. */
export const PANEL_NAMES: Readonly<Record<LstmPrunes, string>> = {
  all: "all parameters",
  encoder: "encoder only",
  weights: "weights, no biases",
};
