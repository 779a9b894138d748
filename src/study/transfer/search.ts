/** Searches for masks: iterative magnitude pruning on a task, back to the same weights after every round. */
import { pruneStep } from "../../step/prune.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type TrainParams, trainStep } from "../../step/train.ts";
import { drawn, endingAt, named, rewound, roundCut, type Site, startOf, type TransferPlan } from "./site.ts";
import { adoptStep } from "./steps/adopt.ts";

/** What a search leaves. */
export interface Search {
  /** Masks by level. */
  readonly masks: ReadonlyMap<number, StepRequest>;
  /** The network that the dense training ended in. */
  readonly dense: StepRequest;
  /** By level the trained network that its mask was cut from: the dense one, or that under the mask before. */
  readonly trained: ReadonlyMap<number, StepRequest>;
}

/**
 * A search on a task. Masked words begin with a cut, before any training (Chen et al. 2020).
 * @param needsDense whether the dense training is needed in any case
 */
export function* searchOf(site: Site, { needsDense }: { readonly needsDense: boolean }): TransferPlan<Search> {
  const { spec, task, dataset, replicate } = site;
  const start = yield* rewound(site, yield* startOf(site, 0));
  const last = Math.max(...spec.levels);
  const masks = new Map<number, StepRequest>();
  const networks = new Map<number, StepRequest>();
  const cutsFirst = dataset.head === "mlm";
  let trained: StepRequest | undefined;
  let dense = start;
  for (let level = 0; level <= (spec.searches ? last : last - 1); level++) {
    if (level === 0 && cutsFirst && !spec.searches && !needsDense) {
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
    const from = level === 0 && cutsFirst ? start : own;
    if (level < last) masks.set(level + 1, pruned(site, from, level + 1));
    networks.set(level + 1, from);
    if (level === 0) dense = own;
    trained = own;
  }
  return { masks, dense, trained: networks };
}

/** A round of a search; in the released code of Chen et al. its rate falls in a line over all rounds together. */
function searching(site: Site, level: number): TrainParams {
  const { spec, search } = site;
  const { training, rewind: from, end: to } = search;
  const rounds = spec.headRule === "kept" && "cut" in spec ? Math.ceil(1 / spec.cut - 1e-9) : 1;
  return { ...training, schedule: endingAt(search, rounds * to), ...drawn(site, level), from, to };
}

/** The mask of a level, of a network that has that of the level before. */
function pruned(site: Site, network: StepRequest, level: number): StepRequest {
  return request(pruneStep, { ...named(site), ...roundCut(site, level), rounds: 1 }, { network });
}
