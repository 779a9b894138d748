/** The step `permute-layers`: a network whose blocks have one another's matrices (the control of Chen et al. 2020). */
import { fail } from "../../../base/errors.ts";
import type { Model } from "../../../model/model.ts";
import { parseModel } from "../../../model/registry.ts";
import { networkToTensors } from "../../../model/tensors.ts";
import type { DrawParams, StepDefinition } from "../../../step/definition.ts";
import { networkOf } from "../../../step/networks.ts";
import { layerOrder } from "./random.ts";

export interface PermuteLayersParams extends DrawParams {
  readonly model: string;
  readonly data: string;
}

/** The number of a block in the name of one of its matrices. */
const NUMBERED = /^(.*\.layer\.)(\d+)(\..+)$/;

/** How many numbered blocks a model has; throws `usage` where they are fewer than two. */
export function blocksOf({ name: got, parameters }: Pick<Model, "name" | "parameters">): number {
  const count = Math.max(...parameters.map(({ name }) => Number(NUMBERED.exec(name)?.[2] ?? -1) + 1));
  if (count >= 2) return count;
  const remedy = "Leave out the control layers, which permutes them";
  return fail("usage", "model", { rule: "must have blocks that are numbered, two or more", got, remedy });
}

/** Its input is `network`, without a mask. Prunable matrices move, each to its place in another block; all else stays. */
export const permuteLayersStep: StepDefinition<PermuteLayersParams> = {
  name: "permute-layers",
  version: 1,
  async run({ model: name, data: _, ...key }, { network }, { dataset }) {
    const model = parseModel(name, dataset);
    const { weights } = networkOf(network!, model);
    const order = layerOrder(blocksOf(model), key);
    const from = model.parameters.map(({ name, prunable }) => {
      const [, before, number, behind] = NUMBERED.exec(name) ?? [];
      const source = prunable && before !== undefined ? `${before}${order[Number(number)]}${behind}` : name;
      return [name, weights.get(source)!] as const;
    });
    return { tensors: networkToTensors({ weights: new Map(from), mask: null }, model.parameters), result: {} };
  },
};
