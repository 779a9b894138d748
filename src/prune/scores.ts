/** What weights are pruned by: scores by name, magnitude and those that are brought. */

import { type Random, randomStream } from "../base/random.ts";
import { addTo, createRegistry } from "../base/registry.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import { magnitude, type Scores } from "./prune.ts";

/** A trained network whose weights are scored. */
export interface ScoredNetwork {
  readonly model: Model;
  /** All values after training; those of cut weights are 0. */
  readonly weights: Weights;
  /** All values of the initialisation that training began with. */
  readonly initial: Weights;
  /** 1 for each weight that is still there. */
  readonly mask: Mask;
  /** What it was trained on, and the engine that it runs on, for scores by gradients or activations. */
  readonly dataset: Dataset;
  readonly engine: Engine;
  /** Random numbers of the stream `mask`; equal items give equal numbers. */
  random(item: number): Random;
}

/**
 * Gives each prunable weight a number, by parameter name and laid out as the weights; the lowest go first. It must depend on
 * what it is given alone.
 */
export type ScoreFunction = (network: ScoredNetwork) => Scores | Promise<Scores>;

/** What is meant where nothing is said. */
export const DEFAULT_SCORES = "magnitude";

const scores = createRegistry<ScoreFunction>("scores", { [DEFAULT_SCORES]: ({ weights }) => magnitude(weights) });

/** Adds scores; returns how specifications write them. Throws `usage` where others have the name and version. */
export function registerScores(name: string, score: ScoreFunction, version: string): string {
  return addTo(scores, name, score, version);
}

/** The names of all scores. */
export function scoresNames(): readonly string[] {
  return scores.names();
}

/** The scores of a name, and how specifications write it; throws `usage` where there are none. */
export function scoresNamed(name: string): { readonly name: string; readonly score: ScoreFunction } {
  const { name: written, value } = scores.get(name);
  return { name: written, score: value };
}

/** Items of the stream `mask` that scores draw from; masks.ts, gradual.ts and criteria.ts have those below. */
const ITEMS = 6 << 12;

/** The random numbers of a scored network. */
export function scoreRandom(key: { seed: number; replicate: number; draw: number }): ScoredNetwork["random"] {
  const { seed, replicate, draw: step } = key;
  return (item) => randomStream({ seed, stream: "mask", replicate, step, item: ITEMS + item });
}
