/** Counting what a mask keeps, layer by layer, and naming layers that vanish. */
import type { Mask, Parameter } from "../model/network.ts";
import { countKept } from "./prune.ts";

/** Weights kept in one layer. */
export interface LayerCount {
  readonly layer: string;
  readonly kept: number;
  readonly total: number;
}

/** Per-layer counts and their sums over the prunable weights. */
export interface Census {
  readonly layers: readonly LayerCount[];
  readonly weights: number;
  readonly prunable: number;
}

/** Counts the prunable weights that a mask keeps; without a mask, all of them. */
export function census(parameters: readonly Parameter[], mask: Mask | null): Census {
  const layers = parameters
    .filter(({ prunable }) => prunable)
    .map(({ name, layer, shape }) => {
      const total = shape.reduce((a, b) => a * b, 1);
      const bits = mask?.get(name);
      return { layer, kept: bits ? countKept(bits) : total, total };
    });
  return {
    layers,
    weights: layers.reduce((sum, { kept }) => sum + kept, 0),
    prunable: layers.reduce((sum, { total }) => sum + total, 0),
  };
}

/** A sentence for every layer that has no weight left, and so passes nothing on but its bias. */
export function vanishedLayers({ layers }: Census): string[] {
  return layers
    .filter(({ kept }) => kept === 0)
    .map(({ layer, total }) => `layer ${layer} has lost all its ${total} weights`);
}
