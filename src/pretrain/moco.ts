/**
 * MoCo: a query is to be told from a queue of keys of earlier batches, which a network gives that follows the trained one (He et
 * al. 2020). The network of keys and the queue are parameters of the program beside the model's, `key/NAME` and `queue`, so they
 * are part of a training's state.
 */
import { fail } from "../base/errors.ts";
import { randomStream } from "../base/random.ts";
import { createGraph } from "../graph/graph.ts";
import type { Builder, Node } from "../graph/types.ts";
import { freeze } from "../model/freeze.ts";
import type { Model } from "../model/model.ts";
import { isTrained } from "../model/network.ts";
import { createScope, type Scope } from "../model/scope.ts";
import type { Network } from "../model/tensors.ts";
import type { Objective, Pass } from "../task/task.ts";
import { CONTRASTIVE } from "./recipes.ts";
import { meanTally, projected, VIEW_ACCURACY, viewScores } from "./simclr.ts";
import { headIn, type ViewTask, viewsIn } from "./task.ts";

/** What MoCo is told by. */
export interface MocoOptions {
  /** Above 0. */
  readonly temperature: number;
  /** Keys that the queue holds, from the size of a batch. */
  readonly queue: number;
  /** Numbers of a projection. */
  readonly features: number;
  /** What of itself the network of keys keeps at each step, from 0 to 1. */
  readonly keyMomentum: number;
  /**
   * What keys are normalised by: their whole batch, or each half of it by itself, so that what batch normalisation tells of the
   * batch does not give a query's key away; then no running statistics of keys are kept.
   */
  readonly keyNorm: "batch" | "shuffled-halves";
}

const KEY = "key";
const QUEUE = "queue";

/** The scope of the network of keys. */
function keyScope(scope: Scope, keyNorm: MocoOptions["keyNorm"]): Scope {
  const own = scope.under(KEY);
  if (keyNorm === "batch") return own;
  const { graph } = scope;
  const node = ((op, inputs, attributes) => {
    if (op !== "batch_norm") return graph.node(op, inputs, attributes);
    const [x, , gamma, beta] = inputs as [Node, Node, Node, Node];
    return graph.node("half_norm", [x, gamma, beta], attributes as { epsilon: number });
  }) as Builder["node"];
  return { ...own, graph: { node }, follow: () => {} };
}

function keysOf({ scope, model }: Pass, x: Node, keyNorm: MocoOptions["keyNorm"]): Node {
  const follower = freeze(model, isTrained);
  const heads = follower.apply(keyScope(scope, keyNorm), x, { training: true });
  return scope.graph.node("unit_length", [headIn(heads, model, "projection")], {});
}

/** Cross-entropy of each query with its own key first and the queue behind it (He et al. 2020, equation 1). */
function infoNce(
  graph: Builder,
  { query, keys, queue }: Record<"query" | "keys" | "queue", Node>,
  temperature: number,
) {
  const positive = graph.node("sum_rows", [graph.node("multiply", [query, keys], {})], {});
  const asImages = (x: Node, rows: number) => graph.node("reshape", [x], { shape: [rows, 1, 1], layout: "image" });
  const negatives = asImages(graph.node("linear", [query, queue], {}), queue.type.shape[0]!);
  const all = graph.node("flatten", [graph.node("concatenate", [asImages(positive, 1), negatives], {})], {});
  const first = graph.node("affine", [positive], { factor: 0, offset: 0 });
  const logits = graph.node("scale", [all], { factor: 1 / temperature });
  return graph.node("softmax_cross_entropy", [logits, first], {});
}

function objective(pass: Pass, { temperature, queue: size, features, keyNorm }: MocoOptions): Objective {
  const { scope } = pass;
  const { graph } = scope;
  const query = projected(pass, viewsIn(pass), true);
  if (query.type.shape[0] !== features) {
    const rule = `must project to ${features} numbers, as the queue holds them`;
    fail("usage", "model", {
      rule,
      got: query.type.shape[0],
      remedy: `Use a model of which -projected${features} is part`,
    });
  }
  const keys = keysOf(pass, viewsIn(pass, 1), keyNorm);
  const queue = graph.node("parameter", [], { name: QUEUE, shape: [size, features] });
  const loss = infoNce(graph, { query, keys, queue }, temperature);
  return { loss, updates: [graph.node("enqueue_update", [queue, keys, scope.input("queue_place", [1])], {})] };
}

/** Moves the network of keys towards the trained one, before a step; running statistics follow batches instead. */
function moved(model: Model, momentum: number) {
  const graph = createGraph();
  const scope = createScope(graph);
  const updates = model.parameters.filter(isTrained).map((parameter) => {
    const follower = scope.under(KEY).parameter({ ...parameter, frozen: true });
    return graph.node("follow_update", [follower, scope.parameter(parameter)], { momentum });
  });
  return graph.finish({}, updates);
}

/** The network with that of keys, which begins as it is, under the same mask, and a queue of random directions. */
function begun({ weights, mask }: Network, { queue, features }: MocoOptions, seed: number): Network {
  const asKey = <T>(values: ReadonlyMap<string, T>) =>
    [...values].map(([name, each]) => [`${KEY}/${name}`, each] as const);
  const random = randomStream({ seed, stream: "noise", replicate: 0, step: 0, item: 0 });
  const rows = Array.from({ length: queue }, () => {
    const row = Array.from({ length: features }, () => random.normal());
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    return row.map((value) => value / length);
  });
  return {
    weights: new Map([...weights, ...asKey(weights), [QUEUE, Float32Array.from(rows.flat())]]),
    mask: mask && new Map([...mask, ...asKey(mask)]),
  };
}

/** The task with its options. */
export function mocoTask(options: MocoOptions): ViewTask {
  return {
    name: "moco",
    losses: ["info-nce"],
    measures: () => [VIEW_ACCURACY],
    target: () => ({ column: "labels", shape: [] }),
    objective: (pass) => objective(pass, options),
    scores: (pass) => viewScores(pass, options.temperature),
    tally: () => meanTally("nearest", VIEW_ACCURACY),
    views: {
      recipe: CONTRASTIVE,
      form: "apart",
      queue: options.queue,
      begin: (network, _, seed) => begun(network, options, seed),
      before: (model) => moved(model, options.keyMomentum),
    },
  };
}
