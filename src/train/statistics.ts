/** Running statistics of batch norm computed anew, for weights that no training has led to: averages, interpolations. */
import { createBatches } from "../dataset/batches.ts";
import { type Engine, type Instance, readParameter } from "../engine/engine.ts";
import { createGraph } from "../graph/graph.ts";
import { batchInput } from "../model/input.ts";
import type { Model } from "../model/model.ts";
import { isTrained, type Weights } from "../model/network.ts";
import { createScope } from "../model/scope.ts";
import type { Network } from "../model/tensors.ts";
import type { SectionSource } from "../program/compile.ts";
import { EVALUATION_BATCH } from "./experiment.ts";
import { createFeed } from "./feed.ts";
import { checkAll, compileFor, type Fitted, openWith } from "./open.ts";

/** The forward pass of training with the updates of running statistics, and nothing else; null without batch norm. */
export function statisticsSource(model: Model): SectionSource | null {
  if (model.parameters.every(isTrained)) return null;
  const graph = createGraph();
  const scope = createScope(graph);
  model.apply(scope, batchInput(graph, model.input), { training: true });
  return { graph: graph.finish({}, scope.updates()), batch: EVALUATION_BATCH };
}

/** The model and the images that statistics are computed on. */
export interface StatisticsOptions extends Fitted {
  /** Which training images; a last batch that is not full is left out, unless it is the only one. */
  readonly indices: Int32Array;
}

/**
 * The running means and variances, by name, of the weights in an instance whose section `train` is that of
 * {@link statisticsSource}: the plain averages over batches of one shuffled pass without augmentation.
 */
export async function averageStatistics(
  instance: Instance,
  { model, dataset, indices }: StatisticsOptions,
): Promise<Weights> {
  const batches = createBatches({ indices, batch: EVALUATION_BATCH, key: { seed: 0, replicate: 0, draw: 0 } });
  const values = { statistics_rate: (batch: number) => [1 / (batch + 1)], counter: () => [0, 0, 0] };
  const feed = createFeed(instance, "train", { table: dataset.train, rowsAt: batches.at, values });
  for (let batch = 0; batch < Math.max(1, Math.floor(indices.length / EVALUATION_BATCH)); batch++) {
    feed.write(batch);
    instance.run("train");
  }
  const statistics = new Map<string, Float32Array>();
  for (const parameter of model.parameters) {
    if (!isTrained(parameter)) statistics.set(parameter.name, await readParameter(instance, parameter.name));
  }
  return statistics;
}

/**
 * The network with its running statistics computed anew; a network without batch norm comes back as it is.
 * @throws code `data` or `usage` where data set, model or network break a rule or do not belong together, and for no
 *   `indices` or such that are no training rows
 */
export async function recomputeStatistics(
  engine: Engine,
  network: Network,
  options: StatisticsOptions,
): Promise<Network> {
  checkAll(options, { network });
  const train = statisticsSource(options.model);
  if (!train) return network;
  const { weights, mask } = network;
  const instance = await openWith(engine, compileFor(options.dataset, { train }, mask), weights);
  try {
    return { weights: new Map([...weights, ...(await averageStatistics(instance, options))]), mask };
  } finally {
    instance.close();
  }
}
