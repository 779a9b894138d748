/** The steps of the study `strong`: targets, their constructions, trials, and the measurements of its figures. */
import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import { countWeights } from "../../model/network.ts";
import { parseModel } from "../../model/registry.ts";
import { request } from "../../step/request.ts";
import { CONSTRUCTIONS, type Construction, unitsFor, widthsOf } from "../../strong/compile.ts";
import type { Law } from "../../strong/needed.ts";
import { MOST_ENTRIES } from "../../strong/network.ts";
import type { Plan, Planned } from "../plan.ts";
import type { PopupForm, StrongNetwork, StrongSpec } from "./spec.ts";
import { type CompileParams, compileStep } from "./steps/compile.ts";
import { checkRaw } from "./steps/images.ts";
import { attentionStep, sumsStep, trialsStep, unitsStep } from "./steps/measure.ts";
import { popupPlan, targetName, targetRequest } from "./trainings.ts";

/** Which row a step makes. */
export type StrongPlace =
  | { readonly what: "network"; readonly network: StrongNetwork; readonly replicate: number }
  | { readonly what: "popup"; readonly form: PopupForm; readonly model: string; readonly replicate: number }
  | { readonly what: "trials"; readonly construction: Construction; readonly signed: boolean }
  | { readonly what: "units"; readonly construction: Construction; readonly epsilon: number }
  | { readonly what: "sums"; readonly law: Law; readonly count: number }
  | { readonly what: "attention"; readonly units: number };

/** All steps; throws `usage` on data without pixels from 0 to 1, and on a length or a model that does not fit it. */
export function* strongPlan(spec: StrongSpec, datasets: readonly Dataset[]): Plan<StrongPlace> {
  const dataset = datasetNamed(datasets, spec.data);
  checkRaw(dataset);
  for (let replicate = 0; replicate < spec.replicates; replicate++) {
    for (const network of spec.networks) yield* networkPlan(spec, { network, replicate, dataset });
    yield* popupPlan(spec, { replicate, dataset });
  }
  for (const construction of spec.trials.constructions) {
    for (const signed of spec.trials.signed) yield trialsPlanned(spec, { construction, signed });
  }
  const { draws, seed } = spec;
  for (const construction of CONSTRUCTIONS.filter((each) => spec.trials.constructions.includes(each))) {
    for (const epsilon of spec.epsilons) {
      yield {
        request: request(unitsStep, { construction, epsilon, draws, seed }),
        label: `units of ${construction}, epsilon ${epsilon}`,
        rows: [{ what: "units", construction, epsilon }],
      };
    }
  }
  for (const law of ["uniform", "products"] as const) {
    for (const count of spec.counts) {
      yield {
        request: request(sumsStep, { law, count, draws, seed }),
        label: `subsets of ${count} ${law}`,
        rows: [{ what: "sums", law, count }],
      };
    }
  }
  for (const units of spec.attention.units) {
    yield {
      request: request(attentionStep, { ...spec.attention, units, seed }),
      label: `attention with ${units} hidden dimensions an input`,
      rows: [{ what: "attention", units }],
    };
  }
}

function trialsPlanned(
  { trials, delta, seed }: StrongSpec,
  { construction, signed }: { readonly construction: Construction; readonly signed: boolean },
): Planned<StrongPlace> {
  const { count, sizes, epsilon } = trials;
  return {
    request: request(trialsStep, { construction, sizes, epsilon, delta, trials: count, signed, seed }),
    label: `trials of ${construction}${signed ? ", inputs of both signs" : ""}`,
    rows: [{ what: "trials", construction, signed }],
  };
}

interface OneNetwork {
  readonly network: StrongNetwork;
  readonly replicate: number;
  readonly dataset: Dataset;
}

function* networkPlan(spec: StrongSpec, { network, replicate, dataset }: OneNetwork): Plan<StrongPlace> {
  const model = targetName(network);
  const target = targetRequest(spec, { model, replicate, dataset });
  yield { request: target, label: `target ${model}, replicate ${replicate}`, urgent: true };
  yield {
    request: request(compileStep, compileParams(spec, { network, replicate, dataset }), { target }),
    label: `${network.construction} at ${network.epsilon} of ${model}, replicate ${replicate}`,
    rows: [{ what: "network", network, replicate }],
  };
}

/** The construction's widths, and the name of the compiled network where it is stored as an ordinary one. */
export function compileParams(
  { delta, bound, seed }: Pick<StrongSpec, "delta" | "bound" | "seed">,
  { network, replicate, dataset }: OneNetwork,
): CompileParams {
  const { construction, epsilon, units: asked, copies } = network;
  const name = targetName(network);
  const target = parseModel(name, dataset);
  const layers = target.parameters
    .filter(({ role }) => role === "weight")
    .map(({ shape }) => ({ outputs: shape[0]!, inputs: shape[1]! }));
  const units = asked ?? unitsFor(construction, { epsilon, delta, weights: countWeights(target), bound });
  const widths = widthsOf(layers, { construction, units, ...(copies !== undefined && { copies }) });
  const sizes = [layers[0]!.inputs, ...widths, target.outputs];
  const entries = sizes.slice(1).reduce((sum, size, index) => sum + size * sizes[index]!, 0);
  return {
    ...{ target: name, data: dataset.name, construction, epsilon, units, bound, seed, replicate },
    ...(entries <= MOST_ENTRIES && { model: targetName({ construction, model: `mlp-${widths.join("-")}` }) }),
    ...(copies !== undefined && { copies }),
  };
}
