/**
 * The planner of every matrix of sources by targets: in each replicate all searches, then on each target the trainings that a
 * study asks for, which are apart from all searches.
 */
import type { Dataset } from "../../dataset/dataset.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import type { TransferPlace } from "./row.ts";
import { type Search, searchOf } from "./search.ts";
import { drawn, FRESH, type Site, type SiteSpec, siteOf, type TransferPlan } from "./site.ts";
import type { TransferTask } from "./spec.ts";

/** What trainings on a target are made of. */
export interface Found {
  /** Of the target. */
  readonly site: Site;
  readonly sites: ReadonlyMap<string, Site>;
  readonly searches: ReadonlyMap<string, Search>;
}

interface Matrix {
  readonly spec: SiteSpec & { readonly tasks: readonly TransferTask[]; readonly replicates: number };
  readonly datasets: readonly Dataset[];
  /** The tasks whose masks are searched. */
  readonly searched: ReadonlySet<string>;
  /** Whether the dense training of each is needed in any case. */
  readonly needsDense: boolean;
}

/** The steps of all replicates: the searches, and of each target what `cellsOn` asks for. */
export function* eachReplicate(matrix: Matrix, cellsOn: (found: Found) => TransferPlan): TransferPlan {
  const { spec, datasets, searched, needsDense } = matrix;
  for (let replicate = 0; replicate < spec.replicates; replicate++) {
    const sites = new Map(spec.tasks.map((task) => [task.name, siteOf({ spec, task, replicate }, datasets)]));
    const searches = new Map<string, Search>();
    for (const name of searched) searches.set(name, yield* searchOf(sites.get(name)!, { needsDense }));
    for (const name of spec.targets) yield* cellsOn({ site: sites.get(name)!, sites, searches });
  }
}

/** What a training begins with. */
export interface ControlCell {
  readonly network: StepRequest;
  readonly mask?: StepRequest;
  readonly cutWeights?: "frozen";
}

export interface CellOptions extends ControlCell {
  /** The iteration it begins at. */
  readonly from: number;
  /** Whether the store keeps its network; else scores and curve alone. */
  readonly keeps: boolean;
  /** Which rows it makes. */
  readonly rows: readonly Omit<TransferPlace, "target" | "replicate" | "of">[];
  /** What is changed of how the target is learnt. */
  readonly changes?: Partial<TrainParams>;
  /** What it is called beside its source and level. */
  readonly name?: string;
}

/** A training on a target, apart from all searches. */
export function cellRequest(site: Site, { network, mask, cutWeights, from, keeps, changes }: CellOptions): StepRequest {
  const { training, end: to } = site.common;
  const more = { ...(cutWeights && { cutWeights }), ...(!keeps && { keeps: "scores" as const }) };
  const params: TrainParams = { ...training, ...drawn(site, FRESH), from, to, ...more, ...changes };
  return request(trainStep, params, mask ? { network, mask } : { network });
}

/** The same as it is planned. */
export function* cell(site: Site, options: CellOptions): TransferPlan<StepRequest> {
  const { task, replicate, of } = site;
  const [{ source, level } = { source: "", level: 0 }] = options.rows;
  const words = [options.name ?? `${task.name} from ${source}`, ...(level > 0 ? [`level ${level}`] : [])];
  const planned = cellRequest(site, options);
  yield {
    request: planned,
    label: `${words.join(" ")}, replicate ${replicate}`,
    urgent: false,
    rows: options.rows.map((place) => ({ ...place, target: task.name, replicate, of })),
  };
  return planned;
}
