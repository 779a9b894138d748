/** The specification of the study `edge-popup`, and the arms that it compares. */
import { z } from "zod";
import { optimizerOptions } from "../shared/optimizer.ts";
import { parseWith, pruningFields } from "../shared/spec.ts";

/** Chosen weights, as many at random, the trained dense network, and a mask that is learnt by drawing (Zhou et al. 2019). */
export const POPUP_ARMS = ["edge-popup", "random", "learned", "dense"] as const;
export type PopupArm = (typeof POPUP_ARMS)[number];

/** How weights are drawn, which then never change. */
export const POPUP_WEIGHTS = ["kaiming-normal", "signed-constant"] as const;

const fields = pruningFields.pick({
  ...{ model: true, data: true, validation: true, trainSize: true, augment: true, batch: true, loss: true },
  ...{ optimizer: true, lr: true, schedule: true, warmup: true, steps: true, evaluateEvery: true },
  ...{ scope: true, replicates: true, seed: true },
});

const popupSpec = fields.extend({
  study: z.literal("edge-popup"),
  arms: z
    .array(z.enum(POPUP_ARMS))
    .min(1)
    .refine((arms) => new Set(arms).size === arms.length, "must name each arm once"),
  /** The fractions of weights that edge-popup and random masks keep. */
  kept: z.array(z.number().gt(0).max(1)).min(1),
  weights: z.enum(POPUP_WEIGHTS),
  /** Whether weights are divided by the root of the fraction kept. */
  scaled: z.boolean(),
  /** How the dense network is trained, as long as the others. */
  dense: fields.pick({ batch: true, lr: true, schedule: true }).extend({ optimizer: optimizerOptions }),
  /** Of the logits of the learned mask. */
  learnedRate: z.number().positive(),
});

export type PopupSpec = z.infer<typeof popupSpec>;

/** Checks a specification; throws as {@link parseWith}. */
export function parsePopupSpec(value: unknown): PopupSpec {
  return parseWith(popupSpec, value);
}
