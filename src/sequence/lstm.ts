/**
 * LSTM language models (Zaremba et al. 2014; the form of Yu et al. 2020, section 3): an embedding, layers of one width, and an
 * output layer over the vocabulary, in PyTorch's names. Where a model is packed, so are its logits. States go on from batch to batch; gradients end where a batch begins.
 */
import { checkInteger, checkOneOf, requireFields } from "../base/checks.ts";
import type { Node } from "../graph/types.ts";
import type { Fitting, Model } from "../model/model.ts";
import { biased, cropped, dropped, matrix, multiplied, type Site, vector } from "./layers.ts";
import { sequenceModel } from "./model.ts";

/** A model's make-up; `input` is `[time]`, `outputs` the size of the vocabulary. */
export interface LstmOptions extends Fitting {
  /** Layers one above another; from 1. */
  readonly layers: number;
  /** Of the embedding and of every layer; from 1. */
  readonly units: number;
  /** Whether the output layer's weight is the embedding (Press & Wolf 2017); default false. */
  readonly tied?: boolean;
  /** Dropout between layers, from 0 to below 1; default 0. */
  readonly dropout?: number;
  /** Whether states go on from batch to batch; default true. Else each starts at 0. */
  readonly carried?: boolean;
  /** Which parameters may be pruned; default `weights`. */
  readonly prunes?: LstmPrunes;
}

/** All matrices; all parameters, biases too (Yu et al. 2020); or the layers' own alone, neither embedding nor output. */
export const LSTM_PRUNES = ["weights", "all", "encoder"] as const;
export type LstmPrunes = (typeof LSTM_PRUNES)[number];

/** The state of a layer, which the batch's last time becomes. */
function stateOf(site: Site, name: string, units: number): Node {
  const where = site.training ? name : `evaluation/${name}`;
  const make = () =>
    site.scope.graph.node("statistic", [], { name: where, shape: [units, 1, 1] as const, layout: "image" });
  return site.scope.once(where, make);
}

/** What the layers of a model have in common. */
type Layers = Required<Pick<LstmOptions, "units" | "carried" | "prunes">>;

function layerOf(site: Site, x: Node, { index, units, carried, prunes }: Layers & { index: number }) {
  const { scope } = site;
  const named = (what: string) => `lstm.${what}_l${index}`;
  const features = x.type.shape[0]!;
  const input = matrix(site, named("weight_ih"), { shape: [4 * units, features] });
  const recurrent = matrix(site, named("weight_hh"), { shape: [4 * units, units] });
  const bias = { size: 4 * units, fanIn: units, prunable: prunes !== "weights" };
  const biases = ["bias_ih", "bias_hh"].map((what) => vector(site, named(what), bias));
  const gates = biases.reduce((sum, b) => biased(site, sum, b), multiplied(site, x, input));
  const [h, c] = [stateOf(site, named("h"), units), stateOf(site, named("c"), units)];
  const trace = scope.graph.node("lstm", [gates, recurrent, h, c], {});
  const last = { count: units, at: x.type.shape[1]! - 1 };
  for (const [state, part] of carried
    ? ([
        [h, 5],
        [c, 4],
      ] as const)
    : []) {
    const make = () =>
      scope.graph.node("carry_update", [state, cropped(site, trace, { ...last, from: part * units })], {});
    scope.follow(state, make, { track: undefined });
  }
  return scope.graph.node("channels", [trace], { from: 5 * units, count: units });
}

/**
 * An LSTM language model; `output` is logits at every position, `[vocabulary, time, 1]`.
 * @throws code `usage` naming the field for an option that is missing, and for `layers` or `units` that are no whole number from 1, and
 *   for `prunes` of another name
 */
export function lstm(options: LstmOptions): Model {
  requireFields("lstm", options, ["name", "input", "outputs", "layers", "units"]);
  const { layers, units, tied = false, dropout = 0, carried = true, prunes = "weights", ...fitting } = options;
  checkOneOf("prunes", prunes, LSTM_PRUNES);
  for (const [where, count] of Object.entries({ layers, units })) checkInteger(where, count, { min: 1 });
  return sequenceModel({ ...fitting, vocabulary: fitting.outputs }, (site, ids) => {
    const { graph } = site.scope;
    const vocabulary = fitting.outputs;
    const prunable = prunes !== "encoder";
    const table = matrix(site, "embed.weight", { shape: [vocabulary, units], output: tied, prunable });
    let x = graph.node("embedding", [ids, table], { padding: -1 });
    for (let index = 0; index < layers; index++)
      x = layerOf(site, index === 0 ? x : dropped(site, x, dropout), { index, units, carried, prunes });
    // What lies behind is computed for every position by itself.
    if (site.training && site.batch) x = graph.node("pack_examples", [x], { batch: site.batch, fill: 0 });
    const w = tied ? table : matrix(site, "out.weight", { shape: [vocabulary, units], output: true, prunable });
    const own = prunes === "all" ? { prunable, output: true } : {};
    const b = vector(site, "out.bias", { size: vocabulary, fanIn: units, ...own });
    return { output: biased(site, multiplied(site, x, w), b) };
  });
}
