/**
 * The step `choose`: of networks that were trained alike but for one number, the one with the least loss on the rows held out.
 * The test set chooses nothing.
 */
import { fail } from "../../../base/errors.ts";
import type { StepDefinition, StepInputs } from "../../../step/definition.ts";
import type { ScoreResult } from "../../../step/score.ts";

export interface ChooseParams {
  /** The number of each network, such as its weight decay. */
  readonly values: readonly number[];
}

/**
 * Its inputs are `trained0`, `trained1` and so on, and `score0`, ..., what they score. Its result is that of the chosen training
 * with `chosen`, its number; of equal losses the first. A network without a finite loss is not chosen. It keeps no network.
 */
export const chooseStep: StepDefinition<ChooseParams> = {
  name: "choose",
  version: 1,
  async run({ values }, inputs) {
    const losses = values.map((_, i) => lossIn(inputs, i));
    const best = losses.reduce((least, loss, i) => (loss < losses[least]! ? i : least), 0);
    return { tensors: new Map(), result: { ...inputs[`trained${best}`]!.meta.result, chosen: values[best]! } };
  },
};

function lossIn(inputs: StepInputs, i: number): number {
  const { loss } = inputs[`score${i}`]!.meta.result as unknown as ScoreResult;
  if (loss.validation !== null) return loss.validation;
  return loss.test === null ? Number.POSITIVE_INFINITY : failUnheld();
}

function failUnheld(): never {
  const remedy = "Hold rows out, as validation says";
  return fail("usage", "choose", { rule: "needs networks that were scored on rows held out", got: "none", remedy });
}
