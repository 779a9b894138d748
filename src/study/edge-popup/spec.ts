/** The specification of the study `edge-popup`, and the arms that it compares. */
import { z } from "zod";
import { optimizerOptions } from "../../step/optimizer-options.ts";
import { parseWith, pruningFields, steps } from "../shared/spec.ts";

/**
 * Weights trained under the mask of GEM-MINER: the same ones, under it permuted within its layers, and new ones (Sreenivasan et
 * al. 2022).
 */
export const SANITY_ARMS = ["gem-trained", "gem-shuffled", "gem-reinit"] as const;

/**
 * Chosen weights, as many at random, a mask that is learnt by drawing (Zhou et al. 2019), GEM-MINER's with its checks, and the
 * trained dense network.
 */
export const POPUP_ARMS = ["edge-popup", "random", "learned", "gem-miner", ...SANITY_ARMS, "dense"] as const;
export type PopupArm = (typeof POPUP_ARMS)[number];

/** What is compared where that is not chosen. */
export const DEFAULT_ARMS = ["edge-popup", "random", "learned", "dense"] as const satisfies readonly PopupArm[];

/** Whether an arm's networks keep a fraction that is asked for. */
export const isChosen = (arm: PopupArm): boolean => arm !== "learned" && arm !== "dense";

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
  /** Multiples of the model's channels, one network of each kind a width; absent: the model as it is named. */
  widths: z
    .array(z.number().positive())
    .min(1)
    .refine((widths) => new Set(widths).size === widths.length, "must name each width once")
    .optional(),
  /** Between two freezings of GEM-MINER's scores; absent without its arms. */
  freezeEvery: steps.optional(),
  /** Of the logits of the learned mask. */
  learnedRate: z.number().positive(),
});

export type PopupSpec = z.infer<typeof popupSpec>;

/** Checks a specification; throws as {@link parseWith}. */
export function parsePopupSpec(value: unknown): PopupSpec {
  return parseWith(popupSpec, value);
}
