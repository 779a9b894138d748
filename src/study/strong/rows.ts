/** The rows of the study `strong`: compiled networks, trials, and the measurements that its figures draw. */
import type { FigureData } from "../../figure/figure.ts";
import type { Proportion } from "../../statistics/proportion.ts";
import type { TrainResult } from "../../step/train.ts";
import type { AttentionErrors } from "../../strong/attention.ts";
import type { Construction, StrongArm } from "../../strong/compile.ts";
import type { Law } from "../../strong/needed.ts";
import type { Artifacts, Planned } from "../plan.ts";
import type { StrongPlace } from "./plan.ts";
import type { PopupForm, StrongSpec } from "./spec.ts";
import type { CompileParams, CompileResult } from "./steps/compile.ts";
import type { SumsResult, TrialsStepResult, UnitsResult } from "./steps/measure.ts";

interface Sizes {
  readonly artifact: string;
  readonly epsilon: number;
  /** Units of every input; of the relaxation, candidates of every row. */
  readonly units: number;
  /** Weights and biases of the whole random network, most of which may never be materialised. */
  readonly randomParameters: number;
  /** Those of them that the construction may use. */
  readonly candidates: number;
  /** Of the candidates. */
  readonly keptFraction: number;
  readonly maxWeightError: number;
  /** The largest L2 distance between outputs of the target and of what was built. */
  readonly endToEndError: number;
  /** What it may be where all weights are within epsilon. */
  readonly errorBound: number;
  readonly seconds: number;
}

/** A trained target inside one random network. */
export interface NetworkRow extends Sizes {
  readonly what: "network";
  readonly construction: StrongArm;
  readonly replicate: number;
  /** Of the target. */
  readonly model: string;
  readonly targetAccuracy: number;
  /** Of the compiled network, never of the target. */
  readonly testAccuracy: number;
  /** Weights that were built (of Burkholz, those of every copy of a neuron), and how many are further than epsilon away. */
  readonly weights: number;
  readonly missed: number;
  /** The name of an ordinary network; null where only kept weights are stored. */
  readonly network: string | null;
}

/** Many random networks for one small target. */
export interface TrialsRow extends Sizes {
  readonly what: "trials";
  readonly construction: Construction;
  /** Whether inputs may be negative, so that both halves of a gadget must serve. */
  readonly signed: boolean;
  readonly sizes: readonly number[];
  readonly delta: number;
  /** Networks that failed, of how many, with the exact 95 % interval. */
  readonly failures: Proportion;
}

/** Units that single weights needed. */
export interface UnitsRow extends UnitsResult {
  readonly what: "units";
  readonly artifact: string;
  readonly construction: Construction;
  readonly epsilon: number;
}

/** How near the nearest subset of so many candidates comes, in the median. */
export interface SumsRow {
  readonly what: "sums";
  readonly artifact: string;
  readonly law: Law;
  readonly count: number;
  readonly error: number;
}

/** How near the merged products of attention come, and its output. */
export interface AttentionRow extends AttentionErrors {
  readonly what: "attention";
  readonly artifact: string;
  /** Hidden dimensions for each input, and in all for a head. */
  readonly units: number;
  readonly width: number;
}

/** A mask that edge-popup chose in a random network of one form. */
export interface PopupRow {
  readonly what: "popup";
  readonly artifact: string;
  readonly form: PopupForm;
  readonly replicate: number;
  readonly model: string;
  /** Of the whole random network. */
  readonly randomParameters: number;
  readonly kept: number;
  readonly keptFraction: number;
  /** At the end of the training of scores; null where it diverged. */
  readonly testAccuracy: number | null;
  readonly seconds: number;
}

export type StrongRow = PopupRow | NetworkRow | TrialsRow | UnitsRow | SumsRow | AttentionRow;
export type StrongData = FigureData<StrongRow>;

/** The rows of one kind. */
export function rowsOf<W extends StrongRow["what"]>(
  rows: readonly StrongRow[],
  what: W,
): Extract<StrongRow, { what: W }>[] {
  return rows.filter((row): row is Extract<StrongRow, { what: W }> => row.what === what);
}

/** The rows that finished steps make, in the order of the plan. */
export async function strongRows(
  spec: StrongSpec,
  finished: readonly Planned<StrongPlace>[],
  artifacts: Artifacts,
): Promise<StrongRow[]> {
  const each = finished.flatMap((planned) =>
    (planned.rows ?? []).map((place) => rowsAt(spec, { planned, place }, artifacts)),
  );
  return (await Promise.all(each)).flat();
}

async function rowsAt(
  { trials, delta, attention }: StrongSpec,
  { planned: { request }, place }: { planned: Planned<StrongPlace>; place: StrongPlace },
  artifacts: Artifacts,
): Promise<StrongRow[]> {
  const artifact = artifacts.key(request);
  const result: unknown = await artifacts.result(request);
  if (place.what === "network") {
    const { units, model = null } = request.params as unknown as CompileParams;
    const { layers: _, kept, scoredBy: __, ...rest } = result as CompileResult;
    const { construction, model: target, epsilon } = place.network;
    const named = {
      what: place.what,
      construction,
      replicate: place.replicate,
      model: target,
      network: model,
      artifact,
    };
    return [{ ...named, epsilon, units, keptFraction: kept / rest.candidates, ...rest }];
  }
  if (place.what === "popup") {
    const { prunable, weights, measure, seconds } = result as TrainResult;
    const counts = { randomParameters: prunable, kept: weights, keptFraction: weights / prunable };
    return [{ ...place, artifact, ...counts, testAccuracy: measure.value, seconds }];
  }
  if (place.what === "trials") {
    const { epsilon, sizes } = trials;
    return [{ ...place, artifact, sizes, delta, epsilon, ...(result as TrialsStepResult) }];
  }
  if (place.what === "units") return [{ ...place, artifact, ...(result as UnitsResult) }];
  if (place.what === "sums") return [{ ...place, artifact, ...(result as SumsResult) }];
  return [{ ...place, artifact, width: place.units * attention.size, ...(result as AttentionErrors) }];
}
