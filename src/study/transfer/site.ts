/**
 * A task of one replicate and the networks that trainings on it begin with, for all studies that carry masks from task to task:
 * its own weights before the search, or those that another task's search goes back to, with a head of its own.
 */
import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import { sizeOf } from "../../graph/types.ts";
import { parseModel } from "../../model/registry.ts";
import type { Cut } from "../../prune/cut.ts";
import { initialiseStep } from "../../step/initialise.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import { taskOf } from "../../task/registry.ts";
import type { Plan } from "../plan.ts";
import { type Common, commonOf, settled } from "../shared/common.ts";
import type { PruningSpec } from "../shared/spec.ts";
import type { TransferPlace } from "./row.ts";
import { cutAt, type Rounds, type TransferSpec, type TransferTask } from "./spec.ts";
import { adoptStep } from "./steps/adopt.ts";

export type TransferPlan<Result = void> = Plan<TransferPlace, Result>;

/** The draw of what separate trainings begin with and see: their head, and the order of their data. */
export const FRESH = 4096;
/** The draw of weights that are new altogether. */
export const NEW = 4097;

/** What the plan of any such study needs of its specification. */
export type SiteSpec = Rounds &
  Pick<TransferSpec, "init" | "scope" | "outputCutFactor" | "seed" | "levels" | "headRule" | "searches" | "targets"> & {
    readonly shortcutCutFactor?: number | undefined;
  };

/** A task of one replicate. */
export interface Site {
  readonly spec: SiteSpec;
  readonly task: TransferTask;
  readonly dataset: Dataset;
  readonly replicate: number;
  /** Of trainings on it, and of the rounds of its search. */
  readonly common: Common;
  readonly search: Common;
  /** Iterations that a fresh head is trained for on the network as it is. */
  readonly headed: number;
  readonly of: TransferPlace["of"];
  /** Prunable weights that are never cut, of layers whose factor is 0, and all others. */
  readonly uncut: number;
  readonly cuttable: number;
  /** The names of those that are never cut. */
  readonly spared: readonly string[];
  /** Whether masks of the model have an entry for its output layer. */
  readonly masksOutput: boolean;
}

/** The site of a task; throws `usage` on lengths that do not fit the data. */
export function siteOf(
  { spec, task, replicate }: Pick<Site, "spec" | "task" | "replicate">,
  datasets: readonly Dataset[],
): Site {
  const dataset = datasetNamed(datasets, task.data);
  const common = (steps: string) => {
    const whole = { ...spec, ...task, steps, study: "imp", levels: 1, arms: ["dense"] } as const;
    return commonOf(settled<PruningSpec>(whole as unknown as PruningSpec, dataset), dataset);
  };
  const [{ title, unit, direction }] = taskOf(dataset).measures(dataset);
  const headed = task.headSteps === undefined ? 0 : common(task.headSteps).end;
  const own = { common: common(task.steps), search: common(task.searchSteps) };
  const of = { title, unit, direction };
  return { ...{ spec, task, dataset, replicate, headed, of }, ...own, ...prunedOf(spec, task, dataset) };
}

function prunedOf({ outputCutFactor, shortcutCutFactor = 1 }: SiteSpec, { model }: TransferTask, dataset: Dataset) {
  const prunable = parseModel(model, dataset).parameters.filter((parameter) => parameter.prunable);
  const isSpared = ({ output, shortcut }: (typeof prunable)[number]) =>
    (output && outputCutFactor === 0) || (shortcut && shortcutCutFactor === 0);
  const count = (parameters: typeof prunable) => parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const whole = prunable.filter(isSpared);
  const uncut = count(whole);
  return {
    uncut,
    spared: whole.map(({ name }) => name),
    cuttable: count(prunable) - uncut,
    masksOutput: prunable.some(({ output }) => output),
  };
}

/** What names the model and data of a task's steps. */
export const named = ({ task: { model }, dataset: { name: data } }: Site) => ({ model, data });

export const drawn = ({ spec: { seed }, replicate }: Site, draw: number) => ({ seed, replicate, draw });

/** Requests that many networks of a site share, each made once, so that its key is hashed once. */
function once<K>(make: (site: Site, of: K) => StepRequest): (site: Site, of: K) => StepRequest {
  const known = new WeakMap<Site, Map<K, StepRequest>>();
  return (site, of) => {
    const own = known.get(site) ?? new Map<K, StepRequest>();
    const made = own.get(of) ?? make(site, of);
    known.set(site, own.set(of, made));
    return made;
  };
}

/** The fresh network of a draw. */
export const initial = once((site, draw: number) =>
  request(initialiseStep, { ...named(site), init: site.spec.init, ...drawn(site, draw) }),
);

/** The weights before the search with the head of a draw, which is trained first where the task says so. */
export function* startOf(site: Site, draw: number): TransferPlan<StepRequest> {
  const first = initial(site, 0);
  const network = draw === 0 ? first : request(adoptStep, named(site), { network: first, head: initial(site, draw) });
  if (site.headed === 0) return network;
  const { task, common, replicate, headed: to } = site;
  const params = {
    ...common.training,
    schedule: endingAt(common, to),
    ...drawn(site, draw),
    from: 0,
    to,
    trains: "head",
  } as const;
  const trained = request(trainStep, params as TrainParams, { network });
  yield { request: trained, label: `head ${draw} of ${task.name}, replicate ${replicate}`, urgent: true };
  return trained;
}

/** The schedule of a training of another length. */
export function endingAt({ training: { schedule } }: Common, end: number): TrainParams["schedule"] {
  return "end" in schedule.shape ? { ...schedule, shape: { ...schedule.shape, end } } : schedule;
}

const trainedTo = once((site, network: StepRequest) => {
  const { training, rewind: to } = site.search;
  return request(trainStep, { ...training, ...drawn(site, 0), from: 0, to }, { network });
});

/** Where weights go back to: the beginning, or iteration `rewind` of a dense training. */
export function* rewound(site: Site, network: StepRequest, name = "the search"): TransferPlan<StepRequest> {
  const { task, search, replicate } = site;
  const to = search.rewind;
  if (to === 0) return network;
  const trained = trainedTo(site, network);
  yield { request: trained, label: `iteration ${to} of ${name} on ${task.name}, replicate ${replicate}`, urgent: true };
  return trained;
}

/** The weights that a search goes back to, without the steps that make them, which its plan has. */
export function weightsAt(site: Site): StepRequest {
  const plan = rewound(site, initial(site, 0));
  for (;;) {
    const next = plan.next();
    if (next.done) return next.value;
  }
}

/** The target's own weights that its search goes back to, with a fresh head. */
export function* freshStart(site: Site): TransferPlan<StepRequest> {
  if (site.search.rewind === 0) return yield* startOf(site, FRESH);
  return withFreshHead(site, yield* rewound(site, yield* startOf(site, 0)));
}

/** The weights that the search of `source` goes back to, with a fresh head for the target. */
export function* carried(site: Site, source: Site): TransferPlan<StepRequest> {
  return withFreshHead(site, yield* rewound(source, yield* startOf(source, 0)));
}

/** A network from elsewhere with the fresh head of the target. */
export const withFreshHead = once((site, network: StepRequest) =>
  request(adoptStep, named(site), { network, head: initial(site, FRESH) }),
);

/** A mask of another task; where output layers are in it, theirs is left out. */
export function carriedMask(site: Site, source: Site, mask: StepRequest): StepRequest {
  return source.masksOutput ? request(adoptStep, named(site), { mask }) : mask;
}

/** How much one cut removes. */
export function cutOf({ spec: { outputCutFactor, shortcutCutFactor, scope } }: Site, cut: number): Cut {
  return { cut, outputCutFactor, scope, ...(shortcutCutFactor !== undefined && { shortcutCutFactor }) };
}

/**
 * How much the round of a level removes. Densities are those of what may be cut, and a global cut counts what is spared too
 * (prune/rounds.ts), so that it is scaled to what it is to remove.
 */
export function roundCut(site: Site, level: number): Cut {
  const { spec, cuttable, uncut } = site;
  const cut = cutAt(spec, level);
  if (!("densities" in spec) || spec.scope === "layer") return cutOf(site, cut);
  const left = cuttable * (spec.densities[level - 2] ?? 1);
  return cutOf(site, (cut * left) / (left + uncut));
}
