/** What a pruning study is asked with: options that may be left out, and presets, which are options with a name. */

import type { Initialiser } from "../model/initialise.ts";
import type { Arm } from "./row.ts";
import type { PruningSpec } from "./spec.ts";

/** The options of a pruning study; lengths of training are written `10ep`, `500it`, `2ep50it` or `0`. */
export interface PruningOptions {
  readonly model?: string;
  readonly data?: string;
  readonly init?: Initialiser;
  readonly validation?: number;
  readonly loss?: PruningSpec["loss"];
  readonly steps?: string;
  readonly batch?: number;
  readonly optimizer?: PruningSpec["optimizer"]["name"];
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  readonly lr?: number;
  readonly schedule?: PruningSpec["schedule"]["name"];
  readonly milestones?: readonly string[];
  readonly lrFactor?: number;
  readonly warmup?: string;
  readonly evaluateEvery?: string;
  readonly levels?: number;
  readonly cut?: number;
  readonly outputCutFactor?: number;
  readonly scope?: PruningSpec["scope"];
  readonly rewind?: string;
  readonly arms?: readonly Arm[];
  readonly replicates?: number;
  readonly seed?: number;
}

/** Options under a name. */
export interface Preset {
  /** What it is for, as help says it. */
  readonly summary: string;
  readonly study: PruningSpec["study"];
  readonly options: PruningOptions;
}

/** The presets by name. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  "lenet-mnist": {
    summary: "the lottery ticket figure on MNIST, in about three minutes on two cores",
    study: "imp",
    options: { steps: "5000it", evaluateEvery: "200it", levels: 10, cut: 0.36, replicates: 3 },
  },
  smoke: {
    summary: "a try without data, in a few seconds",
    study: "imp",
    options: {
      data: "synthetic",
      validation: 1000,
      steps: "200it",
      evaluateEvery: "50it",
      levels: 3,
      cut: 0.5,
      replicates: 2,
    },
  },
};
