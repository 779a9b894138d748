/** Alignment: two networks that differ in the order of their channels are brought into one order before they are joined. */
import { fail } from "../base/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Network } from "../model/tensors.ts";
import { checkAll, type Fitted } from "../train/open.ts";
import { matchActivations, type NetworkEnds } from "./activation-matching.ts";
import { type Permutations, permute } from "./permutations.ts";
import { matchWeights } from "./weight-matching.ts";

/** How channels are told apart, and on what. */
export interface AlignOptions extends Fitted {
  /** By the weights of channels, or by what they give on images. */
  readonly how: "weights" | "activations";
  /** Training images that activations are compared on; weight matching reads none. */
  readonly images: Int32Array;
  /** Of the order in which weight matching visits groups of channels; activation matching draws nothing. */
  readonly seed: number;
}

/** The network b in the order of a, and how it came about. */
export interface Alignment {
  readonly network: Network;
  /** For every group of `permutationGroups(model)`. */
  readonly permutations: Permutations;
}

/**
 * Permutes b to match a (Git Re-Basin, Ainsworth, Hayase & Srinivasa 2023). The result computes what b computes, running
 * statistics included; between a and it, interpolated statistics of batch norm are too large (Jordan et al. 2023), which
 * `recomputeStatistics` repairs at each alpha: `scorePath` does so where its options have `statistics`.
 * Throws with code `data` for networks of another model, `usage` where activations have no images to be compared on.
 */
export async function align(engine: Engine, options: AlignOptions, ends: NetworkEnds): Promise<Alignment> {
  const { model, how, images } = options;
  checkAll(options, { "align: a": ends.a, "align: b": ends.b });
  if (how === "activations" && images.length === 0)
    fail("usage", "align", { rule: "activations are compared on at least one image", got: 0 });
  const permutations =
    how === "weights"
      ? await matchWeights(engine, options, { a: ends.a.weights, b: ends.b.weights })
      : await matchActivations(engine, options, ends);
  return { network: permute(model, ends.b, permutations), permutations };
}
