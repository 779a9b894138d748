/** Running statistics of batch norm computed anew, for weights that no training has led to: averages, interpolations. */
import { createBatches } from "../dataset/batches.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { type Engine, readParameter, writeParameter } from "../engine/engine.ts";
import { createGraph, type Graph } from "../graph/graph.ts";
import type { Model } from "../model/model.ts";
import type { Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import { compile } from "../program/compile.ts";
import { EVALUATION_BATCH, normalisationOf } from "./step.ts";

/** The forward pass of training with the updates of running statistics, and nothing else. */
function statisticsGraph(model: Model): Graph {
  const graph = createGraph();
  model.logits(graph, graph.node("images", [], { shape: model.input }), { training: true });
  return graph.finish(
    {},
    graph.nodes.filter(({ op }) => op === "running_update"),
  );
}

/**
 * The network with running means and variances that are the plain averages over the batches of these training images,
 * drawn in one shuffled pass without augmentation; a network without batch norm comes back as it is.
 * @param indices which training images; a last batch that is not full is left out, unless it is the only one
 */
export function recomputeStatistics(
  engine: Engine,
  { weights, mask }: Network,
  { model, dataset, indices }: { model: Model; dataset: Dataset; indices: Int32Array },
): Network {
  const graph = statisticsGraph(model);
  if (graph.updates.length === 0) return { weights, mask };
  const options = { normalisation: normalisationOf(dataset), ...(mask ? { mask } : {}) };
  const instance = engine.open(compile({ train: { graph, batch: EVALUATION_BATCH } }, options));
  const { inputs, lanes } = instance.program.sections.train!;
  const batches = createBatches({ indices, batch: EVALUATION_BATCH, key: { seed: 0, replicate: 0, draw: 0 } });
  for (const [name, values] of weights) {
    if (instance.program.parameters.has(name)) writeParameter(instance, name, values);
  }
  instance.bind(dataset.train);
  for (let batch = 0; batch < Math.max(1, Math.floor(indices.length / EVALUATION_BATCH)); batch++) {
    const examples = batches.at(batch);
    instance.write(inputs.get(`indices:${lanes}`)!, examples);
    instance.write(inputs.get("count")!, [examples.length]);
    instance.write(inputs.get("statistics_rate")!, [1 / (batch + 1)]);
    instance.run("train");
  }
  const isStatistic = (role: string) => role === "mean" || role === "variance";
  const recomputed = model.parameters
    .filter(({ role }) => isStatistic(role))
    .map(({ name }): [string, Float32Array] => [name, readParameter(instance, name)]);
  instance.close();
  return { weights: new Map<string, Float32Array>([...weights, ...recomputed]) as Weights, mask };
}
