/**
 * Masks that are found on one task and used on another, as one plan (Chen et al. 2020; Morcos et al. 2019): searches by
 * iterative magnitude pruning on every source, and separate fresh trainings on every target from (mask, weights before the
 * search). All networks of a target begin with the same head and see the same order of the data, whatever their mask.
 */
import type { Dataset } from "../../dataset/dataset.ts";
import { criterionStep } from "../../step/criterion.ts";
import { pruneStep } from "../../step/prune.ts";
import { request, type StepRequest } from "../../step/request.ts";
import { type ControlCell, cell, eachReplicate, type Found } from "./matrix.ts";
import type { TransferPlace } from "./row.ts";
import {
  carried,
  carriedMask,
  cutOf,
  drawn,
  freshStart,
  initial,
  NEW,
  named,
  rewound,
  type Site,
  type TransferPlan,
} from "./site.ts";
import { CONTROLS, type Control, removedAt, type TransferSpec } from "./spec.ts";
import { permuteLayersStep } from "./steps/permute-layers.ts";
import { scatterStep } from "./steps/scatter.ts";

/** The steps of the study; throws `usage` on lengths that do not fit the data. */
export function transferPlan(spec: TransferSpec, datasets: readonly Dataset[]): TransferPlan {
  const needsDense = spec.sources.some((name) => name.startsWith("lota"));
  return eachReplicate({ spec, datasets, searched: searchedIn(spec), needsDense }, (found) => cellsOn(spec, found));
}

/** All trainings on a target. */
function* cellsOn(spec: TransferSpec, found: Found): TransferPlan {
  const { site } = found;
  yield* cellOf(spec, site, { source: "dense", arm: "dense", level: 0, network: yield* freshStart(site) });
  for (const level of spec.levels)
    for (const source of spec.sources) {
      const place = { source, level };
      if (isTask(source)) yield* cellOf(spec, site, yield* ticketOf(found, place));
      else {
        const control = yield* CONTROL_CELLS[source as Control](found, level);
        yield* cellOf(spec, site, { ...place, arm: source as Control, ...control });
      }
    }
}

const isTask = (name: string): boolean => !(CONTROLS as readonly string[]).includes(name);

/** The tasks whose searches are needed: sources, targets whose own masks or trained weights controls take, and those that make rows. */
function searchedIn({ sources, targets, searches }: TransferSpec): Set<string> {
  const ofTargets = sources.some((name) => ["reinit", "layers", "lota", "lota-random"].includes(name));
  return new Set([...sources.filter(isTask), ...(ofTargets || searches ? targets : [])]);
}

type Cell = Pick<TransferPlace, "source" | "arm" | "level"> & ControlCell;

function cellOf(
  { keepWeights }: TransferSpec,
  site: Site,
  { source, arm, level, ...trained }: Cell,
): TransferPlan<StepRequest> {
  const place = { source, arm, level };
  return cell(site, { ...trained, from: site.common.rewind, keeps: keepWeights, rows: [place] });
}

/** A source's mask and the weights that it comes with. */
function* ticketOf(found: Found, { source, level }: { source: string; level: number }): TransferPlan<Cell> {
  const { site, sites, searches } = found;
  const own = source === site.task.name;
  const mask = searches.get(source)!.masks.get(level)!;
  const from = sites.get(source)!;
  const network = own || site.search.rewind === 0 ? yield* freshStart(site) : yield* carried(site, from);
  const arm = own ? "ticket" : "transfer";
  return { source, arm, level, network, mask: own ? mask : carriedMask(site, from, mask) };
}

const ownMask = ({ site, searches }: Found, level: number) => searches.get(site.task.name)!.masks.get(level)!;

/** The mask of a level by magnitude of the weights before the search, at once. */
function oneshot(site: Site, level: number): StepRequest {
  const cut = cutOf(site, removedAt(site.spec, level));
  return request(pruneStep, { ...named(site), ...cut, rounds: 1 }, { network: initial(site, 0) });
}

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
