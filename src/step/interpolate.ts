/** The step `interpolate`: errors and losses on the line between two networks of the store. */
import { align } from "../connectivity/align.ts";
import { type Instability, instabilityOf } from "../connectivity/instability.ts";
import { evenAlphas, type Path, scorePath } from "../connectivity/path.ts";
import { type Separation, separation } from "../connectivity/updates.ts";
import { splitTrain, trainedImages } from "../dataset/split.ts";
import { standardise } from "../dataset/standardisation.ts";
import type { Weights } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import type { Network } from "../model/tensors.ts";
import { rewind } from "../train/network.ts";
import type { StepDefinition } from "./definition.ts";
import { networkOf } from "./networks.ts";

/** Plain JSON. */
export interface InterpolateParams {
  readonly model: string;
  readonly data: string;
  readonly validation: number;
  readonly trainSize?: number;
  /** Points on the line, both ends included. */
  readonly points: number;
  /** Training images scored, as many of every class; absent: all that are trained on. */
  readonly trainImages?: number;
  /** Whether the line is also scored with running statistics recomputed on these images at every point. */
  readonly recompute: boolean;
  /** How the neurons of `b` are permuted to those of `a` before; absent: not at all. */
  readonly align?: "weights" | "activations";
}

/** What an interpolation's artifact says. */
export interface InterpolateResult extends Path {
  readonly instability: Instability;
  readonly recomputedInstability: Instability | null;
  /** Null without an origin. */
  readonly separation: Separation | null;
}

/** The weights that copies began with: those that their mask leaves of the network they branched off. */
function originOf({ weights }: Network, { mask }: Network): Weights {
  return mask ? rewind(weights, mask).weights : weights;
}

/**
 * Scores the line between the networks `a` and `b` on the whole test set and on training images, and how their updates
 * since `origin` lie to each other; throws `data` where they do not fit the model.
 */
export const interpolateStep: StepDefinition<InterpolateParams> = {
  name: "interpolate",
  version: 1,
  arithmetic: true,
  async run(params, inputs, context) {
    const { engine } = context;
    const { validation, trainSize } = params;
    const dataset = standardise(context.dataset, splitTrain(context.dataset, validation, trainSize).train);
    const { points, trainImages, recompute, align: how } = params;
    const model = parseModel(params.model, dataset);
    const [a, other] = [networkOf(inputs.a!, model), networkOf(inputs.b!, model)];
    const images = trainedImages(dataset, params, trainImages);
    const b = how ? (await align(engine, { model, dataset, how, images, seed: 0 }, { a, b: other })).network : other;
    const statistics = recompute ? images : null;
    const path = await scorePath(
      engine,
      { model, dataset, alphas: evenAlphas(points), train: images, statistics },
      { a, b },
    );
    const origin = inputs.origin ? originOf(networkOf(inputs.origin, model), a) : null;
    const result: InterpolateResult = {
      ...path,
      instability: instabilityOf(path.interpolated),
      recomputedInstability: path.recomputed ? instabilityOf(path.recomputed) : null,
      // Where copies are permuted their updates have no common origin; these are those of training.
      separation: origin ? separation(model, origin, { a: a.weights, b: other.weights }) : null,
    };
    return { tensors: new Map(), result: { ...result } };
  },
};
