/**
 * Strong tickets by edge-popup (Ramanujan et al. 2020): the accuracy of networks whose weights never change over the
 * fraction kept, against as many weights chosen at random, a mask that is learnt by drawing (Zhou et al. 2019), and the
 * dense network, trained.
 */

import { parseLength, resolveLength } from "../../base/length.ts";
import { iterationsPerEpoch } from "../../dataset/batches.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { trainedImages } from "../../dataset/split.ts";
import { checkFreezings } from "../../prune/gem-miner.ts";
import { checkProjected } from "../../step/gem-miner.ts";
import { initialiseStep } from "../../step/initialise.ts";
import type { EdgePopupMethod, GemMinerMethod } from "../../step/learned-masks.ts";
import { randomiseStep } from "../../step/randomise.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import type { Plan, Planned } from "../plan.ts";
import { type Common, commonOf, type Settled, settled } from "../shared/common.ts";
import { learnedStep } from "../shared/learned.ts";
import type { PopupPlace, WidthPanel } from "./row.ts";
import { type PopupArm, type PopupSpec, SANITY_ARMS } from "./spec.ts";
import { modelOfWidth } from "./widths.ts";

/** What all trainings of a replicate and width have. */
interface Setup {
  readonly spec: PopupSpec;
  /** Which rows they are of. */
  readonly panel: WidthPanel;
  readonly common: Common;
  readonly dense: Common;
  readonly replicate: number;
  readonly network: StepRequest;
  /** Iterations between two freezings of GEM-MINER's scores. */
  readonly freezeEvery: number;
}

/** The steps of the study; throws `usage` on lengths that do not fit the data. */
export function* popupPlan(asked: PopupSpec, dataset: Dataset): Plan<PopupPlace> {
  const { widths, ...spec } = settled(asked, dataset);
  for (let replicate = 0; replicate < spec.replicates; replicate++)
    for (const width of widths ?? [null]) {
      const own = width === null ? spec : { ...spec, model: modelOfWidth(spec.model, width) };
      const common = commonOf(trainedAs(own), dataset);
      const dense = commonOf({ ...trainedAs(own), ...spec.dense, warmup: "0" }, dataset);
      const panel = width === null ? {} : { panel: `width ${width}`, width };
      const network = initialOf(own, replicate, 0);
      const freezeEvery = freezings(own, dataset);
      if (spec.arms.some(isMined)) checkProjected(spec.optimizer);
      if (spec.arms.some(isMined)) checkFreezings({ every: freezeEvery }, { from: 0, to: common.end }, "freezeEvery");
      yield* armsPlan({ spec: own, panel, common, dense, replicate, network, freezeEvery });
    }
}

/** The fresh network of a draw. */
function initialOf({ model, data, seed }: PopupSpec, replicate: number, draw: number): StepRequest {
  return request(initialiseStep, { model, data, init: "kaiming-normal", seed, replicate, draw });
}

/** Iterations between two freezings. */
function freezings(spec: ReturnType<typeof settled<PopupSpec>>, dataset: Dataset): number {
  const perEpoch = iterationsPerEpoch(trainedImages(dataset, spec).length, spec.batch);
  return resolveLength(parseLength(spec.freezeEvery ?? "1ep"), perEpoch);
}

function* armsPlan(setup: Setup): Plan<PopupPlace> {
  const { spec } = setup;
  for (const arm of spec.arms)
    if (arm === "dense") yield densePlan(setup);
    else if (arm === "learned") yield learnedPlan(setup);
    else
      for (const kept of spec.kept)
        yield* isMined(arm) ? minedPlan(setup, { arm, kept }) : [chosenPlan(setup, { arm, kept })];
}

type MinedArm = "gem-miner" | (typeof SANITY_ARMS)[number];

const isMined = (arm: PopupArm): arm is MinedArm => arm === "gem-miner" || includes(SANITY_ARMS, arm);

function includes<T>(values: readonly T[], value: unknown): value is T {
  return (values as readonly unknown[]).includes(value);
}

/** A mask of GEM-MINER, or a training of weights under it, as long as the others and by the recipe of the dense network. */
function* minedPlan(setup: Setup, { arm, kept }: { arm: MinedArm; kept: number }): Plan<PopupPlace> {
  const { panel, common, dense, replicate, network, spec } = setup;
  const method: GemMinerMethod = { name: "gem-miner", kept, every: setup.freezeEvery, weights: weightsOf(spec) };
  const params: TrainParams = { ...common.training, method, replicate, draw: 0, from: 0, to: common.end };
  const mined = request(trainStep, params, { network });
  const place = { label: labelOf(setup, `${arm} ${percent(kept)}`), rows: [{ ...panel, arm, kept, replicate }] };
  if (arm === "gem-miner") {
    yield { ...place, request: mined };
    return;
  }
  const training: TrainParams = { ...dense.training, replicate, draw: 0, from: 0, to: dense.end };
  yield { ...place, request: request(trainStep, training, startOf(setup, arm, mined)) };
}

/** What a training under GEM-MINER's mask starts from: its weights, these under the mask permuted, or new ones under it. */
function startOf(setup: Setup, arm: Exclude<MinedArm, "gem-miner">, mined: StepRequest): StepRequest["inputs"] {
  if (arm === "gem-trained") return { network: mined };
  if (arm === "gem-reinit") return { network: allWeights(setup, 1), mask: mined };
  const { spec, replicate } = setup;
  const { model, data, seed } = spec;
  const shuffled = request(randomiseStep, { how: "shuffle", model, data, seed, replicate, draw: 0 }, { mask: mined });
  return { network: allWeights(setup, 0), mask: shuffled };
}

/** The fixed weights of a draw, all of them: edge-popup's network that keeps all before the first iteration. */
function allWeights(setup: Setup, draw: number): StepRequest {
  const { spec, common, replicate } = setup;
  const method: EdgePopupMethod = {
    name: "edge-popup",
    kept: 1,
    scope: "layer",
    weights: weightsOf(spec),
    scaled: false,
  };
  const params: TrainParams = { ...common.training, method, replicate, draw, from: 0, to: 0 };
  return request(trainStep, params, { network: initialOf(spec, replicate, draw) });
}

const weightsOf = ({ weights }: PopupSpec) => (weights === "signed-constant" ? weights : "initial");

const percent = (kept: number) => `${Number((100 * kept).toPrecision(4))} %`;

/** What progress displays call a training. */
function labelOf({ panel: { panel }, replicate }: Setup, what: string): string {
  return `${panel === undefined ? "" : `${panel}: `}${what}, replicate ${replicate}`;
}

/** What of the specification says how networks are trained, as a pruning study has it. */
function trainedAs(spec: Omit<ReturnType<typeof settled<PopupSpec>>, "widths">): Settled {
  const { kept: _k, weights: _w, scaled: _s, dense: _d, learnedRate: _l, freezeEvery: _f, arms: _a, ...rest } = spec;
  const unused = { levels: 0, cut: 0.5, outputCutFactor: 1, rewind: "0", init: "kaiming-normal" } as const;
  return { ...rest, ...unused, study: "oneshot", arms: ["dense"] };
}

/** Scores before the first iteration are random, and so is their mask: it has the counts of the trained one. */
function chosenPlan(setup: Setup, { arm, kept }: { arm: "edge-popup" | "random"; kept: number }): Planned<PopupPlace> {
  const { spec, panel, common, replicate, network } = setup;
  const { scope, scaled } = spec;
  const method: EdgePopupMethod = { name: "edge-popup", kept, scope, weights: weightsOf(spec), scaled };
  const to = arm === "random" ? 0 : common.end;
  const params: TrainParams = { ...common.training, method, replicate, draw: 0, from: 0, to };
  return {
    request: request(trainStep, params, { network }),
    label: labelOf(setup, `${arm} ${percent(kept)}`),
    rows: [{ ...panel, arm, kept, replicate }],
  };
}

function learnedPlan(setup: Setup): Planned<PopupPlace> {
  const { spec, panel, common, replicate, network } = setup;
  const { training, end: to } = common;
  const step = learnedStep("learned", { training, replicate, network, to, rate: spec.learnedRate });
  return { ...step, label: labelOf(setup, "learned"), rows: [{ ...panel, arm: "learned", replicate }] };
}

function densePlan(setup: Setup): Planned<PopupPlace> {
  const { panel, dense, replicate, network } = setup;
  const params: TrainParams = { ...dense.training, replicate, draw: 0, from: 0, to: dense.end };
  return {
    request: request(trainStep, params, { network }),
    label: labelOf(setup, "dense"),
    rows: [{ ...panel, arm: "dense", replicate }],
  };
}
