/**
 * Tickets of configurations (a data set with an optimizer) on configurations (Morcos et al. 2019): every target is trained under
 * every source's masks from the weights that the source's search goes back to, beside random tickets from weak to strong, the
 * source's trained weights, and the dense network from scratch. The classifier is never cut and always a fresh one. All networks
 * of a target have the same classifier at first, and see the same order of the data.
 */
import type { Dataset } from "../../../dataset/dataset.ts";
import { randomiseStep } from "../../../step/randomise.ts";
import { request, type StepRequest } from "../../../step/request.ts";
import { type CellOptions, cell, eachReplicate, type Found } from "../matrix.ts";
import {
  carried,
  carriedMask,
  drawn,
  FRESH,
  freshStart,
  initial,
  NEW,
  named,
  type Site,
  startOf,
  type TransferPlan,
  weightsAt,
  withFreshHead,
} from "../site.ts";
import { resampleStep } from "../steps/resample.ts";
import { scatterStep } from "../steps/scatter.ts";
import { linesOn } from "./lines.ts";
import { type Place, placeOf } from "./place.ts";
import type { ConfiguredArm, ConfiguredSpec } from "./spec.ts";
import { tunedOn } from "./tuned.ts";

/** The steps of the study; throws `usage` on lengths that do not fit the data. */
export function configuredPlan(spec: ConfiguredSpec, datasets: readonly Dataset[]): TransferPlan {
  const levels = spec.densities.map((_, i) => i + 1);
  const tasks = spec.tasks.map((task) => ({ ...task, outputCutFactor: 0 }));
  const whole = { ...spec, tasks, levels, outputCutFactor: 0, headRule: "fresh", searches: false } as const;
  const needsDense = spec.arms.includes("weights");
  return eachReplicate({ spec: whole, datasets, searched: searchedIn(spec), needsDense }, (found) =>
    cellsOn({ spec, levels, found }),
  );
}

/** Arms that need no search are the dense one and its tuned form alone. */
function searchedIn({ arms, sources }: ConfiguredSpec): Set<string> {
  return new Set(arms.some((arm) => arm !== "l2") ? sources : []);
}

interface On {
  readonly spec: ConfiguredSpec;
  readonly levels: readonly number[];
  readonly found: Found;
}

/** All trainings on a target. */
function* cellsOn({ spec, levels, found }: On): TransferPlan {
  const { site } = found;
  const has = (arm: ConfiguredArm) => spec.arms.includes(arm);
  const network = yield* startOf(site, FRESH);
  yield* train(site, { network, from: 0 }, { source: "dense", arm: "dense", level: 0 });
  if (has("l2")) yield* tunedOn(site, { network, decays: spec.decays! });
  if (has("weights")) for (const source of spec.sources) yield* weightsOf(found, source);
  for (const level of levels) {
    if (has("global-random")) yield* globalRandom(found, level);
    const tickets = new Map<string, StepRequest>();
    for (const source of spec.sources) {
      const under = underMaskOf(found, { source, level });
      for (const arm of spec.arms) if (arm in RANDOM) yield* train(site, ...RANDOM[arm as RandomArm](under));
      if (has("weights-masked")) yield* maskedWeightsOf(under);
      if (has("ticket")) tickets.set(source, yield* ticketOf(under, spec.lines.includes(level)));
    }
    if (spec.lines.includes(level)) yield* linesOn(found, { level, tickets });
  }
}

type Start = Pick<CellOptions, "network" | "from"> & Partial<Pick<CellOptions, "mask" | "keeps">>;

function train(site: Site, start: Start, place: Place): TransferPlan<StepRequest> {
  return cell(site, { keeps: false, ...start, rows: [placeOf(site, place)] });
}

/** The dense training of the source's search went on to its end; the target goes on from there with a fresh classifier. */
function* weightsOf({ site, sites, searches }: Found, source: string): TransferPlan {
  if (source === site.task.name) return;
  const network = withFreshHead(site, searches.get(source)!.dense);
  const place = { source, from: sites.get(source)!, arm: "weights", level: 0 } as const;
  yield* train(site, { network, from: site.common.rewind }, place);
}

/** New weights, with the classifier that all networks of the target begin with. */
const newWeights = (site: Site) => withFreshHead(site, initial(site, NEW));

/** As many weights as masks of the level keep, anywhere but in the classifier. */
function* globalRandom({ site, sites, searches }: Found, level: number): TransferPlan {
  const source = searches.has(site.task.name) ? site.task.name : [...searches.keys()][0]!;
  const like = maskFor(site, sites.get(source)!, searches.get(source)!.masks.get(level)!);
  const mask = request(scatterStep, { ...named(site), spared: site.spared, ...drawn(site, level) }, { mask: like });
  const arm = "global-random";
  yield* train(site, { network: newWeights(site), mask, from: 0 }, { source: arm, arm, level });
}

const maskFor = (site: Site, from: Site, mask: StepRequest) => (from === site ? mask : carriedMask(site, from, mask));

/** A target under a source's mask of a level. */
interface Under {
  readonly found: Found;
  readonly from: Site;
  readonly mask: StepRequest;
  readonly place: { readonly source: string; readonly from: Site; readonly level: number };
}

function underMaskOf(found: Found, { source, level }: { source: string; level: number }): Under {
  const from = found.sites.get(source)!;
  const mask = maskFor(found.site, from, found.searches.get(source)!.masks.get(level)!);
  return { found, from, mask, place: { source, from, level } };
}

type RandomArm = "layer-random" | "permuted" | "reinit" | "statistics";
type Drawn = (under: Under) => readonly [Start, Place];

/** Random tickets that follow a source's mask; all are trained from the beginning, from the same new weights but the last. */
const RANDOM: Readonly<Record<RandomArm, Drawn>> = {
  "layer-random": (under) => randomised(under, "layer-random", "random"),
  permuted: (under) => randomised(under, "permuted", "shuffle"),
  reinit: ({ found: { site }, mask, place }) => [
    { network: newWeights(site), mask, from: 0 },
    { ...place, arm: "reinit" },
  ],
  statistics({ found: { site }, from, mask, place }) {
    const inputs = { ticket: weightsAt(from), mask, fresh: newWeights(site) };
    const network = request(resampleStep, { ...named(site), ...drawn(site, place.level) }, inputs);
    return [
      { network, mask, from: 0 },
      { ...place, arm: "statistics" },
    ];
  },
};

function randomised(
  { found: { site }, mask: like, place }: Under,
  arm: "layer-random" | "permuted",
  how: "random" | "shuffle",
): readonly [Start, Place] {
  const mask = request(randomiseStep, { how, ...named(site), ...drawn(site, place.level) }, { mask: like });
  return [
    { network: newWeights(site), mask, from: 0 },
    { ...place, arm },
  ];
}

/** The source's trained weights behind the mask that was cut from them. */
function* maskedWeightsOf({ found: { site, searches }, from, mask, place }: Under): TransferPlan {
  if (from === site) return;
  const network = withFreshHead(site, searches.get(place.source)!.trained.get(place.level)!);
  yield* train(site, { network, mask, from: site.common.rewind }, { ...place, arm: "weights-masked" });
}

function* ticketOf({ found: { site }, from, mask, place }: Under, keeps: boolean): TransferPlan<StepRequest> {
  const own = from === site;
  const network = own ? yield* freshStart(site) : yield* carried(site, from);
  const start = { network, mask, from: site.common.rewind, keeps };
  return yield* train(site, start, { ...place, arm: own ? "ticket" : "transfer" });
}
