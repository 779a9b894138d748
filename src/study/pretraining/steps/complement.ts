/** The step `complement`: the mask that keeps what another cuts (the control 1 - m of Chen et al. 2021). */
import { parseModel } from "../../../model/registry.ts";
import type { StepDefinition } from "../../../step/definition.ts";
import { maskOf, maskOutput } from "../../../step/networks.ts";

export interface ComplementParams {
  readonly model: string;
  readonly data: string;
}

/** Its input is `mask`. */
export const complementStep: StepDefinition<ComplementParams> = {
  name: "complement",
  version: 1,
  async run({ model: name }, { mask }, { dataset }) {
    const model = parseModel(name, dataset);
    const bits = [...maskOf(mask!, model)].map(([layer, own]) => [layer, own.map((bit) => 1 - bit)] as const);
    return maskOutput(model, new Map(bits));
  },
};
