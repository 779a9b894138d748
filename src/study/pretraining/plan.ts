/**
 * Tickets of pre-training, as one plan (Chen et al. 2021): networks are pre-trained on each source, masks found by further
 * pre-training, and separate trainings on each target begin with a mask and the pre-trained or the first weights. All networks of
 * a target have the same fresh head and see the same order of the data.
 */
import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import { trainedImages } from "../../dataset/split.ts";
import { isViewTask } from "../../pretrain/task.ts";
import { initialiseStep } from "../../step/initialise.ts";
import { pruneStep } from "../../step/prune.ts";
import { randomiseStep } from "../../step/randomise.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import { taskOf } from "../../task/registry.ts";
import type { Plan } from "../plan.ts";
import { type Common, commonOf, settled } from "../shared/common.ts";
import type { PruningSpec } from "../shared/spec.ts";
import { adoptStep } from "../transfer/steps/adopt.ts";
import type { PretrainingPlace } from "./row.ts";
import type { Part, PretrainingArm, PretrainingSpec } from "./spec.ts";
import { complementStep } from "./steps/complement.ts";
import { nearestStep } from "./steps/nearest.ts";
import { probeStep } from "./steps/probe.ts";

export type PretrainingPlan<Result = void> = Plan<PretrainingPlace, Result>;

/** The draw of heads and orders on targets. */
const FRESH = 4096;

/** Test pictures whose views are drawn. */
export const PICTURES = 8;

/** A data set of one replicate. */
interface Site {
  readonly spec: PretrainingSpec;
  readonly part: Part;
  readonly dataset: Dataset;
  readonly replicate: number;
  readonly common: Common;
  /** Of a round of the search. */
  readonly round: Common;
  readonly of: PretrainingPlace["of"];
  /** Pictures trained on. */
  readonly labels: number;
}

/** The steps of the study; throws `usage` on lengths that do not fit the data. */
export function* pretrainingPlan(spec: PretrainingSpec, datasets: readonly Dataset[]): PretrainingPlan {
  for (let replicate = 0; replicate < spec.replicates; replicate++) {
    const sites = spec.parts.map((part) => siteOf({ spec, part, replicate }, datasets));
    const of = (role: Part["role"]) => sites.filter(({ part }) => part.role === role);
    const [probe] = of("probe");
    if (probe) yield* probed(probe, { source: "none", arm: "scratch", level: 0, network: initial(probe, 0) });
    const found: Found[] = [];
    for (const site of of("source")) found.push(yield* searchOf(site, probe));
    for (const site of of("target")) yield* targetPlan(site, found);
  }
}

function siteOf(
  { spec, part, replicate }: Pick<Site, "spec" | "part" | "replicate">,
  datasets: readonly Dataset[],
): Site {
  const dataset = datasetNamed(datasets, part.data);
  const task = taskOf(dataset);
  const { model, data, validation, batch, weightDecay, steps, roundSteps, lr, roundLr } = part;
  const augment = part.augment && !isViewTask(task) ? { augment: { crop: 4, flip: true } } : {};
  const common = (length: string, rate: number, schedule: "cosine" | "constant") => {
    const optimizer = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay } as const;
    const all = {
      ...{ model, data, validation, batch, steps: length, evaluateEvery: length, lr: rate, ...augment, optimizer },
      ...{ schedule: { name: schedule }, warmup: "0", rewind: "0", seed: spec.seed },
    };
    return commonOf(settled(all as unknown as PruningSpec, dataset), dataset);
  };
  const [{ title, unit, direction }] = task.measures(dataset);
  const whole = common(steps, lr, "cosine");
  return {
    ...{ spec, part, dataset, replicate, of: { title, unit, direction } },
    ...{ common: whole, round: common(roundSteps, roundLr, "constant") },
    labels: trainedImages(dataset, whole.training).length,
  };
}

const named = ({ part: { model }, dataset: { name: data } }: Site) => ({ model, data });
const drawn = ({ spec: { seed }, replicate }: Site, draw: number) => ({ seed, replicate, draw });

function initial(site: Site, draw: number): StepRequest {
  return request(initialiseStep, { ...named(site), init: site.spec.init, ...drawn(site, draw) });
}

/** What a source's pre-training found. */
interface Found {
  readonly site: Site;
  readonly network: StepRequest;
  /** By level, from 1. */
  readonly masks: ReadonlyMap<number, StepRequest>;
}

const lastOf = ({ levels }: PretrainingSpec) => Math.max(...levels);

function pruned(site: Site, network: StepRequest, rounds: number): StepRequest {
  const cut = { cut: site.spec.cut, outputCutFactor: 1, scope: "global" } as const;
  return request(pruneStep, { ...named(site), ...cut, rounds }, { network });
}

/** One after the other: masks of all levels, the first by what the network is before any further training; back to it every time. */
function* masksOf(site: Site, network: StepRequest, { source, rounds }: { source: string; rounds: Common }) {
  const masks = new Map<number, StepRequest>();
  const trained = new Map<number, StepRequest>([[0, network]]);
  for (let level = 1; level <= lastOf(site.spec); level++) {
    const mask = pruned(site, trained.get(level - 1)!, 1);
    masks.set(level, mask);
    const own: StepRequest = request(trainStep, trainingOf(site, rounds, level), { network, mask });
    trained.set(level, own);
    const label = `round ${level} on ${site.part.name} from ${source}, replicate ${site.replicate}`;
    if (level < lastOf(site.spec)) yield { request: own, label, urgent: true };
  }
  return { masks, trained };
}

function trainingOf(site: Site, { training, end }: Common, draw: number): TrainParams {
  return { ...training, ...drawn(site, draw), from: 0, to: end };
}

/** Pre-training and its search, with probes of what networks under masks are left with. */
function* searchOf(site: Site, probe: Site | undefined): PretrainingPlan<Found> {
  const { part, replicate, dataset, spec } = site;
  const network = request(trainStep, trainingOf(site, site.common, 0), { network: initial(site, 0) });
  yield { request: network, label: `pre-training by ${part.name}, replicate ${replicate}`, urgent: true };
  const task = taskOf(dataset);
  const showsViews = isViewTask(task) && task.views.form !== "one" && replicate === 0;
  const views = showsViews ? request(nearestStep, { ...named(site), pictures: PICTURES }, { network }) : undefined;
  if (views) yield { request: views, label: `nearest views of ${part.name}`, rows: [] };
  const { masks, trained } = yield* masksOf(site, network, { source: "its network", rounds: site.round });
  for (const level of spec.levels)
    if (probe)
      yield* probed(probe, {
        source: part.name,
        arm: "ticket",
        level,
        network: trained.get(level)!,
        ...(level === 0 && views && { views }),
      });
  return { site, network, masks };
}

type Probed = Pick<PretrainingPlace, "source" | "arm" | "level" | "views"> & { readonly network: StepRequest };

function* probed(site: Site, { network, ...place }: Probed): PretrainingPlan {
  const { part, replicate, common, of, spec, labels } = site;
  const { validation } = common.training;
  const own = request(probeStep, { ...named(site), validation, seed: spec.seed }, { network });
  const row = { ...place, target: part.name, labels, readout: "probe", replicate, of } as const;
  yield { request: own, label: `probe of ${place.source} level ${place.level}, replicate ${replicate}`, rows: [row] };
}

/** Trainings on a target: dense and masked, of every arm. */
function* targetPlan(site: Site, sources: readonly Found[]): PretrainingPlan {
  const { spec } = site;
  const first = initial(site, 0);
  const search = (start: StepRequest, source: string) => masksOf(site, start, { source, rounds: site.common });
  const own = spec.arms.includes("task-scratch") ? (yield* search(begin(site, first), "nothing")).masks : new Map();
  for (const { site: of, network, masks } of sources) {
    const start = begin(site, network);
    const task = spec.arms.includes("task") ? (yield* search(start, of.part.name)).masks : new Map();
    const cells: Readonly<Record<PretrainingArm, (level: number) => readonly [StepRequest, StepRequest]>> = {
      ticket: (level) => [masks.get(level)!, start],
      scratch: (level) => [masks.get(level)!, begin(site, first)],
      task: (level) => [task.get(level)!, start],
      "task-scratch": (level) => [own.get(level)!, begin(site, first)],
      oneshot: (level) => [pruned(of, network, level), start],
      random: (level) => [randomOf(of, masks.get(level)!, level), start],
      complement: (level) => [request(complementStep, named(of), { mask: masks.get(level)! }), start],
    };
    for (const level of spec.levels)
      for (const arm of spec.arms) {
        if (level === 0 && !DENSE.includes(arm)) continue;
        const [mask, weights] =
          level === 0 ? [undefined, arm === "scratch" ? begin(site, first) : start] : cells[arm](level);
        yield* cell(
          site,
          { source: of.part.name, arm, level },
          mask ? { network: weights, mask } : { network: weights },
        );
      }
  }
}

/** Arms that without a mask stand for the others too. */
const DENSE: readonly PretrainingArm[] = ["ticket", "scratch"];

function randomOf(site: Site, mask: StepRequest, level: number): StepRequest {
  return request(randomiseStep, { how: "random", ...named(site), ...drawn(site, level) }, { mask });
}

/** A network with the target's fresh head. */
function begin(site: Site, network: StepRequest): StepRequest {
  return request(adoptStep, named(site), { network, head: initial(site, FRESH) });
}

function* cell(
  site: Site,
  place: Pick<PretrainingPlace, "source" | "arm" | "level">,
  inputs: Readonly<Record<string, StepRequest>>,
): PretrainingPlan {
  const { part, replicate, common, of, labels } = site;
  const params: TrainParams = { ...trainingOf(site, common, FRESH), keeps: "scores" };
  yield {
    request: request(trainStep, params, inputs),
    label: `${part.name}: ${place.arm} of ${place.source} level ${place.level}, replicate ${replicate}`,
    urgent: false,
    rows: [{ ...place, target: part.name, labels, readout: "fine-tuned", replicate, of }],
  };
}
