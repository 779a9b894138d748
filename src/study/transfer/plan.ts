/**
 * Masks that are found on one task and used on another, as one plan (Chen et al. 2020; Morcos et al. 2019): searches by
 * iterative magnitude pruning on every source, and separate fresh trainings on every target from (mask, weights before the
 * search). All networks of a target begin with the same head and see the same order of the data, whatever their mask.
 */
import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import { parseModel } from "../../model/registry.ts";
import type { Cut } from "../../prune/cut.ts";
import { criterionStep } from "../../step/criterion.ts";
import { initialiseStep } from "../../step/initialise.ts";
import { pruneStep } from "../../step/prune.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import { taskOf } from "../../task/registry.ts";
import type { Plan } from "../plan.ts";
import { type Common, commonOf, settled } from "../shared/common.ts";
import type { PruningSpec } from "../shared/spec.ts";
import type { TransferPlace } from "./row.ts";
import { CONTROLS, type Control, cutAt, removedAt, type TransferSpec, type TransferTask } from "./spec.ts";
import { adoptStep } from "./steps/adopt.ts";
import { permuteLayersStep } from "./steps/permute-layers.ts";
import { scatterStep } from "./steps/scatter.ts";

export type TransferPlan<Result = void> = Plan<TransferPlace, Result>;

/** The draw of what separate trainings begin with and see: their head, and the order of their data. */
const FRESH = 4096;
/** The draw of weights that are new altogether. */
const NEW = 4097;

/** A task of one replicate. */
interface Site {
  readonly spec: TransferSpec;
  readonly task: TransferTask;
  readonly dataset: Dataset;
  readonly replicate: number;
  /** Of trainings on it, and of the rounds of its search. */
  readonly common: Common;
  readonly search: Common;
  /** Iterations that a fresh head is trained for on the network as it is. */
  readonly headed: number;
  readonly of: TransferPlace["of"];
}

/** The steps of the study; throws `usage` on lengths that do not fit the data. */
export function* transferPlan(spec: TransferSpec, datasets: readonly Dataset[]): TransferPlan {
  for (let replicate = 0; replicate < spec.replicates; replicate++) yield* replicatePlan(spec, datasets, replicate);
}

function* replicatePlan(spec: TransferSpec, datasets: readonly Dataset[], replicate: number): TransferPlan {
  const sites = new Map(spec.tasks.map((task) => [task.name, siteOf({ spec, task, replicate }, datasets)]));
  const targets = spec.targets.map((name) => sites.get(name)!);
  const searches = new Map<string, Search>();
  for (const name of searchedIn(spec)) searches.set(name, yield* searchOf(sites.get(name)!));
  for (const site of targets) {
    yield* cell(site, { source: "dense", arm: "dense", level: 0, network: yield* freshStart(site) });
    for (const level of spec.levels)
      for (const source of spec.sources) yield* cellOf({ site, sites, searches }, source, level);
  }
}

function siteOf(
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
  return { ...{ spec, task, dataset, replicate, headed, of: { title, unit, direction } }, ...own };
}

const isTask = (name: string): boolean => !(CONTROLS as readonly string[]).includes(name);

/** The tasks whose searches are needed: sources, targets whose own masks or trained weights controls take, and those that make rows. */
function searchedIn({ sources, targets, searches }: TransferSpec): Set<string> {
  const ofTargets = sources.some((name) => ["reinit", "layers", "lota", "lota-random"].includes(name));
  return new Set([...sources.filter(isTask), ...(ofTargets || searches ? targets : [])]);
}

/** What names the model and data of a task's steps. */
const named = ({ task: { model }, dataset: { name: data } }: Site) => ({ model, data });

const drawn = ({ spec: { seed }, replicate }: Site, draw: number) => ({ seed, replicate, draw });

function initial(site: Site, draw: number): StepRequest {
  return request(initialiseStep, { ...named(site), init: site.spec.init, ...drawn(site, draw) });
}

/** The weights before the search with the head of a draw, which is trained first where the task says so. */
function* startOf(site: Site, draw: number): TransferPlan<StepRequest> {
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
function endingAt({ training: { schedule } }: Common, end: number): TrainParams["schedule"] {
  return "end" in schedule.shape ? { ...schedule, shape: { ...schedule.shape, end } } : schedule;
}

/** Masks by level, and the network that the dense training of a search ended in. */
interface Search {
  readonly masks: ReadonlyMap<number, StepRequest>;
  readonly dense: StepRequest;
}

/**
 * A search by iterative magnitude pruning, back to the same weights after every round. Masked words begin with a cut, before
 * any training (Chen et al. 2020).
 */
function* searchOf(site: Site): TransferPlan<Search> {
  const { spec, task, dataset, replicate } = site;
  const start = yield* rewound(site, yield* startOf(site, 0));
  const last = Math.max(...spec.levels);
  const masks = new Map<number, StepRequest>();
  const cutsFirst = dataset.head === "mlm";
  let trained: StepRequest | undefined;
  let dense = start;
  for (let level = 0; level <= (spec.searches ? last : last - 1); level++) {
    if (level === 0 && cutsFirst && !spec.searches && !needsTrained(spec)) {
      masks.set(1, pruned(site, start, 1));
      continue;
    }
    const mask = masks.get(level);
    const network: StepRequest =
      spec.headRule === "kept" && trained ? request(adoptStep, named(site), { network: start, head: trained }) : start;
    const params = searching(site, level);
    const own: StepRequest = request(trainStep, params, mask ? { network, mask } : { network });
    const place = { source: task.name, target: task.name, arm: "search", level, replicate, of: site.of } as const;
    const rows = spec.searches && spec.targets.includes(task.name) ? [place] : [];
    yield { request: own, label: `search on ${task.name} level ${level}, replicate ${replicate}`, urgent: true, rows };
    if (level < last) masks.set(level + 1, pruned(site, level === 0 && cutsFirst ? start : own, level + 1));
    if (level === 0) dense = own;
    trained = own;
  }
  return { masks, dense };
}

const needsTrained = ({ sources }: TransferSpec) => sources.some((name) => name.startsWith("lota"));

/** Where weights go back to: the beginning, or iteration `rewind` of a dense training. */
function* rewound(site: Site, network: StepRequest, name = "the search"): TransferPlan<StepRequest> {
  const { task, search, replicate } = site;
  const to = search.rewind;
  if (to === 0) return network;
  const trained = request(trainStep, { ...search.training, ...drawn(site, 0), from: 0, to }, { network });
  yield { request: trained, label: `iteration ${to} of ${name} on ${task.name}, replicate ${replicate}`, urgent: true };
  return trained;
}

/** A round of a search; in the released code its rate falls in a line over all rounds together. */
function searching(site: Site, level: number): TrainParams {
  const { spec, search } = site;
  const { training, rewind: from, end: to } = search;
  const rounds = spec.headRule === "kept" ? Math.ceil(1 / spec.cut - 1e-9) : 1;
  return { ...training, schedule: endingAt(search, rounds * to), ...drawn(site, level), from, to };
}

const cutOf = ({ spec: { outputCutFactor, scope } }: Site, cut: number): Cut => ({ cut, outputCutFactor, scope });

/** The mask of a level, of a network that has that of the level before. */
function pruned(site: Site, network: StepRequest, level: number): StepRequest {
  return request(pruneStep, { ...named(site), ...cutOf(site, cutAt(site.spec, level)), rounds: 1 }, { network });
}

/** The mask of a level by magnitude of the weights before the search, at once. */
function oneshot(site: Site, level: number): StepRequest {
  const cut = cutOf(site, removedAt(site.spec, level));
  return request(pruneStep, { ...named(site), ...cut, rounds: 1 }, { network: initial(site, 0) });
}

interface Cell extends Pick<TransferPlace, "source" | "arm" | "level"> {
  readonly network: StepRequest;
  readonly mask?: StepRequest;
  readonly cutWeights?: "frozen";
}

/** A training on a target, apart from all searches. */
function* cell(site: Site, { network, mask, cutWeights, ...place }: Cell): TransferPlan {
  const { spec, task, common, replicate, of } = site;
  const { training, rewind: from, end: to } = common;
  const more = { ...(cutWeights && { cutWeights }), ...(!spec.keepWeights && { keeps: "scores" as const }) };
  const params: TrainParams = { ...training, ...drawn(site, FRESH), from, to, ...more };
  const level = place.level > 0 ? ` level ${place.level}` : "";
  yield {
    request: request(trainStep, params, mask ? { network, mask } : { network }),
    label: `${task.name} from ${place.source}${level}, replicate ${replicate}`,
    urgent: false,
    rows: [{ ...place, target: task.name, replicate, of }],
  };
}

interface Found {
  /** Of the target. */
  readonly site: Site;
  readonly sites: ReadonlyMap<string, Site>;
  readonly searches: ReadonlyMap<string, Search>;
}

/** The training on a target under a source's mask, or of a control. */
function* cellOf(found: Found, source: string, level: number): TransferPlan {
  const { site, searches } = found;
  if (!isTask(source)) {
    const control = yield* CONTROL_CELLS[source as Control](found, level);
    return yield* cell(site, { source, arm: source as Control, level, ...control });
  }
  const own = source === site.task.name;
  const mask = searches.get(source)!.masks.get(level)!;
  const network = own || site.search.rewind === 0 ? yield* freshStart(site) : yield* carried(found, source);
  yield* cell(site, {
    ...{ source, arm: own ? "ticket" : "transfer", level, network },
    mask: own ? mask : carriedMask(found, source, mask),
  });
}

/** The target's own weights that its search goes back to, with a fresh head. */
function* freshStart(site: Site): TransferPlan<StepRequest> {
  if (site.search.rewind === 0) return yield* startOf(site, FRESH);
  const network = yield* rewound(site, yield* startOf(site, 0));
  return request(adoptStep, named(site), { network, head: initial(site, FRESH) });
}

/** The weights that the source's search goes back to, with a fresh head for the target. */
function* carried({ site, sites }: Found, source: string): TransferPlan<StepRequest> {
  const of = sites.get(source)!;
  const network = yield* rewound(of, yield* startOf(of, 0));
  return request(adoptStep, named(site), { network, head: initial(site, FRESH) });
}

/** A mask of another task; where output layers are cut, theirs is left out. */
function carriedMask({ site, sites }: Found, source: string, mask: StepRequest): StepRequest {
  const { task, dataset } = sites.get(source)!;
  const cutsOutput = parseModel(task.model, dataset).parameters.some(({ prunable, output }) => prunable && output);
  return cutsOutput ? request(adoptStep, named(site), { mask }) : mask;
}

type ControlCell = Pick<Cell, "network" | "mask" | "cutWeights">;

const ownMask = ({ site, searches }: Found, level: number) => searches.get(site.task.name)!.masks.get(level)!;

/** Weights that move most in a training from the weights before the search (LoTA: Panda et al. 2024). */
function moved({ site, searches }: Found, level: number): StepRequest {
  const cut = cutOf(site, removedAt(site.spec, level));
  const params = { ...named(site), criterion: "movement", ...cut, rounds: 1, ...drawn(site, level) } as const;
  return request(criterionStep, params, { initial: initial(site, 0), trained: searches.get(site.task.name)!.dense });
}

const scattered = (site: Site, level: number, mask: StepRequest) =>
  request(scatterStep, { ...named(site), ...drawn(site, level) }, { mask });

const CONTROL_CELLS: Readonly<Record<Control, (found: Found, level: number) => TransferPlan<ControlCell>>> = {
  *oneshot({ site }, level) {
    return { network: yield* freshStart(site), mask: oneshot(site, level) };
  },
  *random({ site }, level) {
    return { network: yield* freshStart(site), mask: scattered(site, level, oneshot(site, level)) };
  },
  *reinit(found, level) {
    const network = yield* rewound(found.site, initial(found.site, NEW), "new weights");
    return { network, mask: ownMask(found, level) };
  },
  *layers(found, level) {
    const { site } = found;
    const network = yield* freshStart(site);
    const permuted = request(permuteLayersStep, { ...named(site), ...drawn(site, 0) }, { network });
    return { network: permuted, mask: ownMask(found, level) };
  },
  *lota(found, level) {
    return { network: yield* freshStart(found.site), mask: moved(found, level), cutWeights: "frozen" };
  },
  *"lota-random"(found, level) {
    const mask = scattered(found.site, level, moved(found, level));
    return { network: yield* freshStart(found.site), mask, cutWeights: "frozen" };
  },
};
