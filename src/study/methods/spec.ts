/** The specification of the study `methods`, and the arms that it compares. */
import { z } from "zod";
import { METHODS } from "../networks/row.ts";
import { parseWith, pruningFields, steps } from "../shared/spec.ts";

/** Arms of the study: what sparsifies while it trains, and tickets and new weights under the masks of `gradual`. */
export const METHOD_ARMS = [...METHODS, "ticket", "reinit", "scratch-b", "dense"] as const;
export type MethodArm = (typeof METHOD_ARMS)[number];

const rates = z.array(z.number().positive()).min(1);

const methodsSpec = pruningFields.omit({ study: true, arms: true, unit: true, rewind: true, rewindTo: true }).extend({
  study: z.literal("methods"),
  arms: z
    .array(z.enum(METHOD_ARMS))
    .min(1)
    .refine((arms) => new Set(arms).size === arms.length, "must name each arm once"),
  /** Between which iterations gradual pruning makes masks, and how far apart; penalties rise between the same. */
  pruneFrom: steps,
  pruneTo: steps,
  pruneEvery: steps,
  /** Rates of the penalties of variational dropout and of L0 regularisation: one network each, level 1 the first. */
  variationalRates: rates,
  l0Rates: rates,
});

export type MethodsSpec = z.infer<typeof methodsSpec>;

/** Checks a specification; throws as {@link parseWith}. */
export function parseMethodsSpec(value: unknown): MethodsSpec {
  return parseWith(methodsSpec, value);
}
