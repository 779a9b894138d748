/** Rows of pairs, from what the artifacts of their line, its ends and their beginning say. */
import { gapsOf } from "../../connectivity/path.ts";
import type { InterpolateResult } from "../../step/interpolate.ts";
import type { StepInput, StepRequest } from "../../step/request.ts";
import type { TrainResult } from "../../step/train.ts";
import { ACCURACY } from "../../task/words.ts";
import type { Artifacts, Planned } from "../plan.ts";
import { PAIR_ARMS, type PairPlace, type PairRow } from "./pair.ts";

/**
 * The rows of scored lines, in the order of panels, arms, partings and replicates.
 * @param levelOf the levels behind the masks of a panel's sparse arms
 */
export async function pairRows(
  finished: readonly Planned<PairPlace>[],
  artifacts: Artifacts,
  { panels = [], levelOf }: { panels?: readonly string[]; levelOf: (panel: string | undefined) => number },
): Promise<PairRow[]> {
  const places = finished.flatMap(({ request, rows = [] }) => rows.map((place) => ({ request, place })));
  const rows = await Promise.all(
    places.map(({ request, place }) => rowOf(request, { place, level: levelOf(place.panel) }, artifacts)),
  );
  const place = ({ arm, step }: PairRow) => PAIR_ARMS.indexOf(arm) * 2 ** 32 + step;
  const panelOf = ({ panel = "" }: PairRow) => panels.indexOf(panel);
  return rows.sort((a, b) => panelOf(a) - panelOf(b) || place(a) - place(b) || a.replicate - b.replicate);
}

async function rowOf(
  line: StepRequest,
  { place: { trunk, panel, ...place }, level }: { place: PairPlace; level: number },
  artifacts: Artifacts,
): Promise<PairRow> {
  const { a, b } = line.inputs as { a: StepInput; b: StepInput };
  const results = await Promise.all([a, b, trunk, line].map((each) => artifacts.result(each)));
  const [first, second, start, scored] = results as unknown as Results;
  const { interpolated: path, recomputed, instability, recomputedInstability, separation } = scored;
  const { weights, prunable } = first;
  const { arm, replicate, step, steps, copies } = place;
  return {
    ...(panel !== undefined && { panel }),
    ...{ arm, replicate, step, steps, copies },
    ...{ level: arm === "dense" ? 0 : level, density: weights / prunable, weights, prunable },
    ...measured(scored),
    ...endsOf(first, second, start),
    ...{ path, recomputed, instability, recomputedInstability, separation: separation! },
    artifact: artifacts.key(line),
  };
}

/** LII, and where there is none. */
function measured({ interpolated, recomputed, instability, recomputedInstability }: InterpolateResult) {
  const { testError } = recomputedInstability ?? instability;
  const value = Number.isFinite(testError) ? testError : null;
  const gaps = gapsOf(recomputed ?? interpolated);
  return { measure: { name: "lii", value }, measures: { lii: value }, ...(gaps.length > 0 && { gaps }) } as const;
}

/** Copies are trained to their ends, or there is no line between them. */
function endsOf(first: TrainResult, second: TrainResult, { measure }: Partial<TrainResult>) {
  const ends = [first.measure.value!, second.measure.value!] as const;
  const start = measure?.value ?? null;
  const accuracies = first.measure.name === ACCURACY.name ? { startAccuracy: start, testAccuracy: ends } : {};
  return { start, ends, ...accuracies };
}

type Results = readonly [TrainResult, TrainResult, Partial<TrainResult>, InterpolateResult];
