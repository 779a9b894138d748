/** The masks that edge-popup's scores stand for. */
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import { checkEdgePopup, type EdgePopup, keptOf, SCORE } from "../train/edge-popup.ts";
import { besideIn } from "../train/supermask.ts";
import { clearLowest } from "./select.ts";

/**
 * The mask that scores stand for: what the graph computes of them.
 * @throws code `data` where a weight has no scores, `usage` where `kept` is not from 0 to 1 or the scope is neither of the two
 */
export function maskOfScores({ parameters }: Model, values: Weights, { kept, scope }: EdgePopup): Mask {
  checkEdgePopup({ kept, scope });
  const layers = parameters
    .filter(({ prunable }) => prunable)
    .map(({ name }) => {
      const scores = besideIn(values, name + SCORE).map(Math.abs);
      return { name, scores, bits: new Uint8Array(scores.length).fill(1) };
    });
  for (const group of scope === "layer" ? layers.map((layer) => [layer]) : [layers]) {
    const count = group.reduce((sum, { bits }) => sum + bits.length, 0);
    clearLowest(group, count - keptOf(count, kept));
  }
  return new Map(layers.map(({ name, bits }) => [name, bits]));
}
