/** The step `permute-layers`: a network whose blocks have one another's matrices (the control of Chen et al. 2020). */
import { fail } from "../../../base/errors.ts";
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

/** Its input is `network`, without a mask. Prunable matrices move, each to its place in another block; all else stays. */
export const permuteLayersStep: StepDefinition<PermuteLayersParams> = {
  name: "permute-layers",
  version: 1,
  async run({ model: name, data: _, ...key }, { network }, { dataset }) {
    const model = parseModel(name, dataset);
    const { weights } = networkOf(network!, model);
    const blocks = model.parameters.flatMap(({ name }) => Number(NUMBERED.exec(name)?.[2] ?? -1) + 1);
    const count = Math.max(...blocks);
    const remedy = "Leave out the arm that permutes layers";
    if (count < 2)
      fail("usage", "model", { rule: "must have blocks that are numbered, two or more", got: name, remedy });
    const order = layerOrder(count, key);
    const from = model.parameters.map(({ name, prunable }) => {
      const [, before, number, behind] = NUMBERED.exec(name) ?? [];
      const source = prunable && before !== undefined ? `${before}${order[Number(number)]}${behind}` : name;
      return [name, weights.get(source)!] as const;
    });
    return { tensors: networkToTensors({ weights: new Map(from), mask: null }, model.parameters), result: {} };
  },
};
