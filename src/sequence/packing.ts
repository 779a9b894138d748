/** Models of sequences whose output layer sees the positions of a batch that does not fill its lanes moved together. */
import type { Model } from "../model/model.ts";
import { pad } from "../program/buffers.ts";

/** The same model, packing where it trains in batches of so many; itself where they fill their lanes. */
export function packedFor(model: Model, batch: number): Model {
  if (pad(batch) === batch) return model;
  return { ...model, batch, apply: (scope, x, options) => model.apply(scope, x, { ...options, batch }) };
}
