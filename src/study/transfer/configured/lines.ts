/**
 * Linear mode connectivity of tickets of different sources (Frankle et al. 2020, section 2): networks that were trained on one
 * target under their masks are joined by a line. The target's own ticket trained twice, in another order of the data, is the scale.
 */
import { trainedImages } from "../../../dataset/split.ts";
import { type InterpolateParams, interpolateStep } from "../../../step/interpolate.ts";
import { request, type StepRequest } from "../../../step/request.ts";
import { cellRequest, type Found } from "../matrix.ts";
import type { Site, TransferPlan } from "../site.ts";
import { placeOf } from "./place.ts";

/** The draw of the own ticket's second training. */
const AGAIN = 4098;

const POINTS = 21;
/** Training images scored at every point, and that statistics of batch norm are recomputed on. */
const IMAGES = 1000;

interface Joined {
  readonly level: number;
  /** The tickets trained on the target, by source. */
  readonly tickets: ReadonlyMap<string, StepRequest>;
}

/** The lines between all pairs of tickets, and between the own ticket's two trainings. */
export function* linesOn({ site, sites }: Found, { level, tickets }: Joined): TransferPlan {
  const own = tickets.get(site.task.name);
  if (own) {
    const again = yield* trainedAgain(site, own, level);
    yield* line(site, { source: site.task.name, other: site.task.name, level }, [own, again]);
  }
  const all = [...tickets];
  for (const [i, [source, a]] of all.entries())
    for (const [other, b] of all.slice(i + 1))
      yield* line(site, { source, other, level, from: sites.get(source)! }, [a, b]);
}

function* trainedAgain(site: Site, { params, inputs }: StepRequest, level: number): TransferPlan<StepRequest> {
  const { network, mask } = inputs as Record<string, StepRequest>;
  const from = params.from as number;
  const again = cellRequest(site, {
    network: network!,
    mask: mask!,
    from,
    keeps: true,
    rows: [],
    changes: { draw: AGAIN },
  });
  const { task, replicate } = site;
  yield {
    request: again,
    label: `${task.name} level ${level} in another order, replicate ${replicate}`,
    urgent: false,
  };
  return again;
}

interface Ends {
  readonly source: string;
  readonly other: string;
  readonly level: number;
  readonly from?: Site;
}

function* line(
  site: Site,
  { source, other, level, from }: Ends,
  [a, b]: readonly [StepRequest, StepRequest],
): TransferPlan {
  const { task, replicate } = site;
  const of = { title: "LII", unit: "fraction", direction: "down" } as const;
  const place = { ...placeOf(site, { source, arm: "line", level, ...(from && { from }) }), other };
  const label = `line on ${task.name} between ${source} and ${other}, level ${level}, replicate ${replicate}`;
  yield {
    request: request(interpolateStep, lineOf(site), { a, b }),
    label,
    rows: [{ ...place, target: task.name, replicate, of }],
  };
}

function lineOf({ common: { training }, dataset }: Site): InterpolateParams {
  const { model, data, validation, trainSize } = training;
  const size = trainSize !== undefined && { trainSize };
  const trainImages = Math.min(IMAGES, trainedImages(dataset, { validation, trainSize }).length);
  return { model, data, validation, ...size, points: POINTS, trainImages, recompute: true };
}
