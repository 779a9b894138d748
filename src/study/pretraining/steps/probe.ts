/** The step `probe`: how well classes are told by one linear layer on what a network makes of pictures, which stays as it is. */
import { splitTrain } from "../../../dataset/split.ts";
import { parseModel } from "../../../model/registry.ts";
import { linearProbe } from "../../../pretrain/probe.ts";
import { census } from "../../../prune/census.ts";
import type { StepDefinition } from "../../../step/definition.ts";
import { networkOf } from "../../../step/networks.ts";
import type { TrainResult } from "../../../step/train.ts";

export interface ProbeParams {
  readonly model: string;
  readonly data: string;
  readonly validation: number;
  /** Of the layer's first weights and of its order of rows. */
  readonly seed: number;
}

/** Its input is `network`, of the same model and the shapes of the same data. */
export const probeStep: StepDefinition<ProbeParams> = {
  name: "probe",
  version: 1,
  arithmetic: true,
  async run({ model: name, validation, seed }, { network: input }, { dataset, engine }) {
    const startedAt = performance.now();
    const model = parseModel(name, dataset);
    const network = networkOf(input!, model);
    const split = splitTrain(dataset, validation);
    const { accuracy, loss } = await linearProbe(engine, network, { model, dataset, split, seed });
    const result: TrainResult = {
      ...{ steps: 0, measure: { name: "accuracy", value: accuracy }, measures: { accuracy }, testLoss: loss },
      ...{ earlyStop: null, seconds: (performance.now() - startedAt) / 1000 },
      ...census(model.parameters, network.mask),
    };
    return { tensors: new Map(), result: { ...result } };
  },
};
