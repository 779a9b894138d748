/** The step `nearest-views`: two views of some test pictures, and which of all of them is the nearest to each by their projections. */
import type { Tensor } from "../../../base/safetensors.ts";
import { parseModel } from "../../../model/registry.ts";
import { nearestViews } from "../../../pretrain/nearest.ts";
import type { StepDefinition } from "../../../step/definition.ts";
import { networkOf } from "../../../step/networks.ts";

export interface NearestParams {
  readonly model: string;
  readonly data: string;
  /** Test pictures, from 1 to 128. */
  readonly pictures: number;
}

/** Its input is `network`; its data set is learnt by a task of views. */
export const nearestStep: StepDefinition<NearestParams> = {
  name: "nearest-views",
  version: 1,
  arithmetic: true,
  async run({ model: name, pictures }, { network }, { dataset, engine }) {
    const model = parseModel(name, dataset);
    const { views, nearest } = await nearestViews(engine, networkOf(network!, model), { model, dataset, pictures });
    const tensors = new Map<string, Tensor>([
      ["views", { dtype: "U8", shape: [nearest.length, ...dataset.shape], data: views }],
      ["nearest", { dtype: "I32", shape: [nearest.length], data: nearest }],
    ]);
    return { tensors, result: { pictures } };
  },
};
