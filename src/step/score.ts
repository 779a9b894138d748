/** The step `score`: what a network scores as it is, without training. */
import { splitTrain } from "../dataset/split.ts";
import { standardise } from "../dataset/standardisation.ts";
import { parseModel } from "../model/registry.ts";
import { type Census, census } from "../prune/census.ts";
import { taskOf } from "../task/registry.ts";
import { allIndices, evaluate, type Score } from "../train/evaluate.ts";
import { scoringSections } from "../train/experiment.ts";
import { rewind } from "../train/network.ts";
import { checkAll, compileFor, openWith } from "../train/open.ts";
import type { StepDefinition } from "./definition.ts";
import { maskOf, networkOf } from "./networks.ts";

export interface ScoreParams {
  readonly model: string;
  readonly data: string;
  readonly validation: number;
  /** Absent: all that are not held out. */
  readonly trainSize?: number;
}

/** What a score's artifact says; `validation` is null where no rows were held out, a value that is not finite too. */
export interface ScoreResult extends Census {
  readonly measure: { readonly name: string; readonly validation: number | null; readonly test: number | null };
  readonly loss: { readonly validation: number | null; readonly test: number | null };
}

/** Scores `network`, under its own mask or, where given, that of `mask`, on the rows held out and on the test set. */
export const scoreStep: StepDefinition<ScoreParams> = {
  name: "score",
  version: 1,
  arithmetic: true,
  async run(params, inputs, { engine, dataset: asked }) {
    const split = splitTrain(asked, params.validation, params.trainSize);
    const dataset = standardise(asked, split.train);
    const model = parseModel(params.model, dataset);
    const start = networkOf(inputs.network!, model);
    const network = inputs.mask ? rewind(start.weights, maskOf(inputs.mask, model)) : start;
    checkAll({ model, dataset }, { network });
    const task = taskOf(dataset);
    const sections = scoringSections(model, { dataset, task });
    const instance = await openWith(engine, compileFor(dataset, sections, network.mask), network.weights);
    const held = { dataset, part: "train", task } as const;
    try {
      const validation = split.validation.length > 0 ? await evaluate(instance, held, split.validation) : null;
      const test = await evaluate(instance, { dataset, part: "test", task }, allIndices(dataset.test.count));
      const result: ScoreResult = {
        measure: { name: test.measure.name, ...each(validation, test, ({ measure }) => measure.value) },
        loss: each(validation, test, ({ loss }) => loss),
        ...census(model.parameters, network.mask),
      };
      return { tensors: new Map(), result: { ...result } };
    } finally {
      instance.close();
    }
  },
};

function each(validation: Score | null, test: Score, of: (score: Score) => number) {
  const told = (value: number) => (Number.isFinite(value) ? value : null);
  return { validation: validation && told(of(validation)), test: told(of(test)) };
}
