/**
 * Strong tickets by edge-popup (Ramanujan et al. 2020): the accuracy of networks whose weights never change over the
 * fraction kept, against as many weights chosen at random, a mask that is learnt by drawing (Zhou et al. 2019), and the
 * dense network, trained.
 */
import type { Dataset } from "../../dataset/dataset.ts";
import { initialiseStep } from "../../step/initialise.ts";
import type { EdgePopupMethod } from "../../step/learned-masks.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import type { Plan, Planned } from "../plan.ts";
import { type Common, commonOf, type Settled, settled } from "../shared/common.ts";
import { learnedStep } from "../shared/learned.ts";
import type { PopupPlace, WidthPanel } from "./row.ts";
import type { PopupSpec } from "./spec.ts";
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
}

/** The steps of the study; throws `usage` on lengths that do not fit the data. */
export function* popupPlan(asked: PopupSpec, dataset: Dataset): Plan<PopupPlace> {
  const { widths, ...spec } = settled(asked, dataset);
  for (let replicate = 0; replicate < spec.replicates; replicate++)
    for (const width of widths ?? [null]) {
      const own = width === null ? spec : { ...spec, model: modelOfWidth(spec.model, width) };
      const common = commonOf(trainedAs(own), dataset);
      const dense = commonOf({ ...trainedAs(own), ...spec.dense, warmup: "0" }, dataset);
      const { model, data, seed } = own;
      const params = { model, data, init: "kaiming-normal", seed, replicate, draw: 0 } as const;
      const panel = width === null ? {} : { panel: `width ${width}`, width };
      yield* armsPlan({ spec: own, panel, common, dense, replicate, network: request(initialiseStep, params) });
    }
}

function* armsPlan(setup: Setup): Plan<PopupPlace> {
  const { spec } = setup;
  for (const arm of spec.arms)
    if (arm === "dense") yield densePlan(setup);
    else if (arm === "learned") yield learnedPlan(setup);
    else for (const kept of spec.kept) yield chosenPlan(setup, { arm, kept });
}

/** What progress displays call a training. */
function labelOf({ panel: { panel }, replicate }: Setup, what: string): string {
  return `${panel === undefined ? "" : `${panel}: `}${what}, replicate ${replicate}`;
}

/** What of the specification says how networks are trained, as a pruning study has it. */
function trainedAs(spec: Omit<ReturnType<typeof settled<PopupSpec>>, "widths">): Settled {
  const { kept: _k, weights: _w, scaled: _s, dense: _d, learnedRate: _l, arms: _a, ...rest } = spec;
  const unused = { levels: 0, cut: 0.5, outputCutFactor: 1, rewind: "0", init: "kaiming-normal" } as const;
  return { ...rest, ...unused, study: "oneshot", arms: ["dense"] };
}

/** Scores before the first iteration are random, and so is their mask: it has the counts of the trained one. */
function chosenPlan(setup: Setup, { arm, kept }: { arm: "edge-popup" | "random"; kept: number }): Planned<PopupPlace> {
  const { spec, panel, common, replicate, network } = setup;
  const { scope, scaled } = spec;
  const weights = spec.weights === "signed-constant" ? "signed-constant" : "initial";
  const method: EdgePopupMethod = { name: "edge-popup", kept, scope, weights, scaled };
  const to = arm === "random" ? 0 : common.end;
  const params: TrainParams = { ...common.training, method, replicate, draw: 0, from: 0, to };
  return {
    request: request(trainStep, params, { network }),
    label: labelOf(setup, `${arm} ${Number((100 * kept).toPrecision(4))} %`),
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
