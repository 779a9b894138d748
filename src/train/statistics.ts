/** Running statistics of batch norm computed anew, for weights that no training has led to: averages, interpolations. */
import { createBatches } from "../dataset/batches.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { type Engine, type Instance, readParameter, writeParameter } from "../engine/engine.ts";
import { createGraph } from "../graph/graph.ts";
import { batchInput } from "../model/input.ts";
import type { Model } from "../model/model.ts";
import { isTrained, type Weights } from "../model/network.ts";
import { createScope } from "../model/scope.ts";
import type { Network } from "../model/tensors.ts";
import { compile, type SectionSource } from "../program/compile.ts";
import { EVALUATION_BATCH, scalingsOf } from "./step.ts";

/** The forward pass of training with the updates of running statistics, and nothing else; null without batch norm. */
export function statisticsSource(model: Model): SectionSource | null {
  const graph = createGraph();
  const scope = createScope(graph);
  model.apply(scope, batchInput(graph, model.input), { training: true });
  const updates = scope.updates();
  return updates.length > 0 ? { graph: graph.finish({}, updates), batch: EVALUATION_BATCH } : null;
}

/** The model and the images that statistics are computed on. */
export interface StatisticsTask {
  readonly model: Model;
  readonly dataset: Dataset;
  /** Which training images; a last batch that is not full is left out, unless it is the only one. */
  readonly indices: Int32Array;
}

/**
 * The running means and variances, by name, of the weights in an instance whose section `train` is that of
 * {@link statisticsSource}: the plain averages over batches of one shuffled pass without augmentation.
 */
export function averageStatistics(instance: Instance, { model, dataset, indices }: StatisticsTask): Weights {
  const { inputs, lanes } = instance.program.sections.train!;
  const batches = createBatches({ indices, batch: EVALUATION_BATCH, key: { seed: 0, replicate: 0, draw: 0 } });
  instance.bind(dataset.train);
  for (let batch = 0; batch < Math.max(1, Math.floor(indices.length / EVALUATION_BATCH)); batch++) {
    const examples = batches.at(batch);
    instance.write(inputs.get(`indices:${lanes}`)!, examples);
    instance.write(inputs.get("count")!, [examples.length]);
    instance.write(inputs.get("statistics_rate")!, [1 / (batch + 1)]);
    instance.run("train");
  }
  const statistics = model.parameters.filter((parameter) => !isTrained(parameter));
  return new Map(statistics.map(({ name }) => [name, readParameter(instance, name)]));
}

/** The network with its running statistics computed anew; a network without batch norm comes back as it is. */
export function recomputeStatistics(engine: Engine, { weights, mask }: Network, task: StatisticsTask): Network {
  const train = statisticsSource(task.model);
  if (!train) return { weights, mask };
  const options = { scalings: scalingsOf(task.dataset), ...(mask ? { mask } : {}) };
  const instance = engine.open(compile({ train }, options));
  try {
    for (const [name, values] of weights) {
      if (instance.program.parameters.has(name)) writeParameter(instance, name, values);
    }
    return { weights: new Map([...weights, ...averageStatistics(instance, task)]), mask };
  } finally {
    instance.close();
  }
}
