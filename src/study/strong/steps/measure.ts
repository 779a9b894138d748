/** The steps without networks to train: trials of a construction, units that one weight needs, how near subsets come, attention. */
import type { StepDefinition } from "../../../step/definition.ts";
import { secondsOfCall } from "../../../step/timing.ts";
import { type AttentionErrors, type AttentionOptions, attentionErrors } from "../../../strong/attention.ts";
import { type Law, medianError, type NeededOptions, neededUnits } from "../../../strong/needed.ts";
import { runTrials, type TrialsOptions, type TrialsResult } from "../../../strong/trials.ts";

/** Draws that a forecast carries out. */
const FEW = 8;

/** What trials found, and the seconds that they took. */
export type TrialsStepResult = TrialsResult & { readonly seconds: number };

/** `strong-trials`: one small target inside many random networks. */
export const trialsStep: StepDefinition<TrialsOptions> = {
  name: "strong-trials",
  version: 2,
  seconds: (params) => params.trials * secondsOfCall(() => runTrials({ ...params, trials: 1 })),
  async run(params) {
    const startedAt = performance.now();
    const result = runTrials(params);
    return { tensors: new Map(), result: { ...result, seconds: (performance.now() - startedAt) / 1000 } };
  },
};

/** Quantiles of the units that weights need. */
export interface UnitsResult {
  readonly median: number;
  /** Enough for 95 % of the weights. */
  readonly most: number;
}

/** `strong-units`: units drawn until a weight is met within epsilon. */
export const unitsStep: StepDefinition<NeededOptions> = {
  name: "strong-units",
  version: 1,
  seconds: (params) => (params.draws / FEW) * secondsOfCall(() => neededUnits({ ...params, draws: FEW })),
  async run(params) {
    const needed = neededUnits(params);
    const quantile = (share: number) => needed[Math.ceil(share * needed.length) - 1]!;
    const result: UnitsResult = { median: quantile(0.5), most: quantile(0.95) };
    return { tensors: new Map(), result: { ...result } };
  },
};

export interface SumsParams {
  readonly law: Law;
  /** Candidates. */
  readonly count: number;
  readonly draws: number;
  readonly seed: number;
}

export interface SumsResult {
  /** The median distance. */
  readonly error: number;
}

/** `strong-sums`: how near the nearest subset of n candidates comes. */
export const sumsStep: StepDefinition<SumsParams> = {
  name: "strong-sums",
  version: 1,
  seconds: ({ law, ...params }) =>
    (params.draws / FEW) * secondsOfCall(() => medianError(law, { ...params, draws: FEW })),
  async run({ law, count, draws, seed }) {
    const result: SumsResult = { error: medianError(law, { count, draws, seed }) };
    return { tensors: new Map(), result: { ...result } };
  },
};

/** `strong-attention`: one target of attention inside random projections of one width. */
export const attentionStep: StepDefinition<AttentionOptions> = {
  name: "strong-attention",
  version: 1,
  seconds: (params) => params.draws * secondsOfCall(() => attentionErrors({ ...params, draws: 1 })),
  async run(params) {
    const result: AttentionErrors = attentionErrors(params);
    return { tensors: new Map(), result: { ...result } };
  },
};
