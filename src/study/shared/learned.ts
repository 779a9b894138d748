/** Masks that are trained over weights as they are, as arms of studies: learned supermasks and signed ones. */
import { fail } from "../../base/errors.ts";
import type { LearnedMask, SupermaskMethod } from "../../step/learned-masks.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import { optimizerOf } from "../../train/optimizer.ts";
import type { Planned } from "../plan.ts";

/**
 * Learned supermasks (Zhou et al. 2019, section 4): whether weights are rescaled by the share that a mask keeps, and whether
 * all of a layer have one magnitude. `signed`: masks of -1, 0 and 1 (Koster et al. 2022).
 */
export const LEARNED_ARMS = [
  "learned",
  "learned-rescaled",
  "learned-constant",
  "learned-rescaled-constant",
  "signed",
] as const;
export type LearnedArm = (typeof LEARNED_ARMS)[number];

/** The rate that Zhou et al. train logits of MNIST's network at; Ramanujan et al. use 200 on CIFAR-10. */
export const LEARNED_RATE = 100;

/** Koster et al. 2022: scores lose `decay` of themselves an iteration, and both it and the rate fall by steps. */
const SIGNED = { threshold: 0.01, rate: 0.05, decay: 5e-4, factor: 0.96, every: 3900 } as const;

/** What a learned mask is trained with. */
export interface LearnedSetup {
  /** As other trainings have them; optimizer and schedule are replaced by those of the arm's paper. */
  readonly training: Omit<TrainParams, "replicate" | "draw" | "from" | "to">;
  readonly replicate: number;
  /** Of the order of the data and of the draws; 0 where nothing is said. */
  readonly draw?: number;
  /** The fresh network whose weights stay. */
  readonly network: StepRequest;
  /** Iterations. */
  readonly to: number;
  /** Of the logits of a learned supermask; {@link LEARNED_RATE} where nothing is said. */
  readonly rate?: number;
  /** The logit that all weights of a learned supermask start from; 0 where nothing is said. */
  readonly bias?: number;
}

/** What an arm does with weights. */
export function learnedMethod(arm: LearnedArm, bias = 0): LearnedMask {
  if (arm === "signed") return { name: "signed-supermask", threshold: SIGNED.threshold };
  const weights: SupermaskMethod["weights"] = arm.endsWith("constant") ? "constant" : "initial";
  return { name: "supermask", rescale: arm.includes("rescaled"), weights, bias };
}

/**
 * The training of an arm. Its artifact is a network: weights under the mask of those that are there at least as likely as
 * not, or with the signs of their scores. Its result is also a MaskResult of the step.
 */
export function learnedStep(arm: LearnedArm, setup: LearnedSetup): Pick<Planned, "request" | "label"> {
  const { training, replicate, draw = 0, network, to, bias = 0 } = setup;
  const params: TrainParams = {
    ...training,
    ...(arm === "signed" ? signedRecipe(to) : supermaskRecipe(setup.rate)),
    ...{ replicate, draw, from: 0, to, method: learnedMethod(arm, bias) },
  };
  return { request: request(trainStep, params, { network }), label: `${arm}, replicate ${replicate}` };
}

type Recipe = Pick<TrainParams, "optimizer" | "schedule">;

function supermaskRecipe(rate = LEARNED_RATE): Recipe {
  return {
    optimizer: optimizerOf("sgd", { momentum: 0.9 }),
    schedule: { rate, shape: { name: "constant" }, warmup: 0 },
  };
}

/** The optimizer multiplies its decay by the rate, so that both fall together. */
function signedRecipe(to: number): Recipe {
  const { rate, decay, factor, every } = SIGNED;
  const milestones = Array.from({ length: Math.ceil(to / every) - 1 }, (_, i) => every * (i + 1));
  return {
    optimizer: optimizerOf("sgdw", { momentum: 0.9, nesterov: true, weightDecay: decay / rate }),
    schedule: { rate, shape: { name: "step", milestones, factor }, warmup: 0 },
  };
}

/** The model as signed masks have it, with ELU and without biases; throws `usage` where it has no such variant. */
export function signedModel(model: string): string {
  const [plain] = /^(?:(?:lenet|mlp)(?:-\d+)+|conv-\d+(?:-w\d+)?)(?=-|$)/.exec(model) ?? [];
  return plain === undefined
    ? fail("usage", "model", {
        rule: "must be a multilayer perceptron or a Conv network for signed masks, which take ELU and no biases",
        got: model,
        remedy: "Leave the arm signed out",
      })
    : `${plain}-elu-nobias`;
}
