/** What the study `strong` trains: targets, and masks of random networks that edge-popup chooses. */
import { parseLength, resolveLength } from "../../base/length.ts";
import { iterationsPerEpoch } from "../../dataset/batches.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { Initialiser } from "../../model/initialise.ts";
import { countWeights } from "../../model/network.ts";
import { parseModel } from "../../model/registry.ts";
import { initialiseStep } from "../../step/initialise.ts";
import type { Method } from "../../step/method.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import type { Plan } from "../plan.ts";
import type { StrongPlace } from "./plan.ts";
import type { StrongNetwork, StrongSpec } from "./spec.ts";

/** Of a replicate on a data set. */
interface Setup {
  readonly replicate: number;
  readonly dataset: Dataset;
}

/** Only Burkholz's construction builds biases. */
export function targetName({ construction, model }: Pick<StrongNetwork, "construction" | "model">): string {
  return construction === "burkholz" ? model : `${model}-nobias`;
}

/** The training of a target. */
export function targetRequest(spec: StrongSpec, { model, ...setup }: Setup & { readonly model: string }): StepRequest {
  return trainingRequest(spec, { ...setup, model, init: "glorot-normal" });
}

/**
 * The second experiment of Pensia et al. 2020: edge-popup on weights in the form of gadgets, with a ReLU or without, and on
 * those of a network of as many in linear layers alone. Throws `usage` on a model that does not fit the data.
 */
export function* popupPlan(spec: StrongSpec, { replicate, dataset }: Setup): Plan<StrongPlace> {
  const { units, hidden, kept, forms = ["gadget", "wide"] } = spec.popup;
  const method: Method = { name: "edge-popup", kept, scope: "layer", weights: "initial", scaled: false };
  for (const width of hidden) {
    const gadget = `gadget-${units}-${width}`;
    const models = { gadget, linear: `${gadget}-linear`, wide: `mlp-${equalWidth(gadget, dataset)}-nobias` };
    for (const form of forms) {
      const model = models[form];
      const setup = { replicate, dataset, model, method, init: "kaiming-normal" } as const;
      yield {
        request: trainingRequest(spec, setup),
        label: `edge-popup on ${model}, replicate ${replicate}`,
        rows: [{ what: "popup", form, model, replicate }],
      };
    }
  }
}

/** Units of a network of one hidden layer that has as many weights. */
function equalWidth(gadget: string, dataset: Dataset): number {
  const one = countWeights(parseModel("mlp-1-nobias", dataset));
  return Math.max(1, Math.round(countWeights(parseModel(gadget, dataset)) / one));
}

interface TrainingSetup extends Setup {
  readonly model: string;
  readonly init: Initialiser;
  readonly method?: Method;
}

/** SGD as Pensia et al. 2020 train: rate 0.1, momentum 0.9, decay 5e-4, cosine, batches of 64. */
function trainingRequest(
  { steps, seed }: StrongSpec,
  { model, replicate, dataset, init, method }: TrainingSetup,
): StepRequest {
  const batch = 64;
  const perEpoch = iterationsPerEpoch(dataset.train.count, batch);
  const to = resolveLength(parseLength(steps), perEpoch);
  const names = { model, data: dataset.name };
  const network = request(initialiseStep, { ...names, init, seed, replicate, draw: 0 });
  const params: TrainParams = {
    ...names,
    ...{ seed, replicate, draw: 0, validation: 0, batch, loss: "cross-entropy" },
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 5e-4 },
    schedule: { rate: 0.1, warmup: 0, shape: { name: "cosine", end: to } },
    ...{ from: 0, to, evaluateEvery: Math.max(1, Math.min(perEpoch, to)) },
    ...(method && { method }),
  };
  return request(trainStep, params, { network });
}
