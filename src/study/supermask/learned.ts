/** Learned supermasks as arms of studies (Zhou et al. 2019, section 4): masks that are trained over weights as they are. */
import type { SupermaskMethod } from "../../step/learned-masks.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import { optimizerOf } from "../../train/optimizer.ts";
import type { Planned } from "../plan.ts";

/** Whether weights are rescaled by the share that a mask keeps, and whether all of a layer have one magnitude. */
export const LEARNED_ARMS = ["learned", "learned-rescaled", "learned-constant", "learned-rescaled-constant"] as const;
export type LearnedArm = (typeof LEARNED_ARMS)[number];

/** The rate that Zhou et al. train logits of MNIST's network at; Ramanujan et al. use 200 on CIFAR-10. */
export const LEARNED_RATE = 100;

/** What a learned supermask is trained with; its optimizer is SGD with momentum 0.9 and without decay. */
export interface LearnedSetup {
  /** As other trainings have them; optimizer and schedule are replaced. */
  readonly training: Omit<TrainParams, "replicate" | "draw" | "from" | "to">;
  readonly replicate: number;
  /** Of the order of the data and of the draws; 0 where nothing is said. */
  readonly draw?: number;
  /** The fresh network whose weights stay. */
  readonly network: StepRequest;
  /** Iterations. */
  readonly to: number;
  /** Of the logits; {@link LEARNED_RATE} where nothing is said. */
  readonly rate?: number;
  /** The logit that all weights start from; 0 where nothing is said. */
  readonly bias?: number;
}

/** What an arm does with weights. */
export function learnedMethod(arm: LearnedArm, bias = 0): SupermaskMethod {
  const weights = arm.endsWith("constant") ? "constant" : "initial";
  return { name: "supermask", rescale: arm.includes("rescaled"), weights, bias };
}

/**
 * The training of an arm. Its artifact is a network, the weights under the mask of those that are there at least as likely
 * as not; its result has the mean of ten sampled masks as `sampled`, and `bestOnTest` (MaskResult of the step).
 */
export function learnedStep(arm: LearnedArm, setup: LearnedSetup): Pick<Planned, "request" | "label"> {
  const { training, replicate, draw = 0, network, to, rate = LEARNED_RATE, bias = 0 } = setup;
  const params: TrainParams = {
    ...training,
    optimizer: optimizerOf("sgd", { momentum: 0.9 }),
    schedule: { rate, shape: { name: "constant" }, warmup: 0 },
    ...{ replicate, draw, from: 0, to, method: learnedMethod(arm, bias) },
  };
  return { request: request(trainStep, params, { network }), label: `${arm}, replicate ${replicate}` };
}
