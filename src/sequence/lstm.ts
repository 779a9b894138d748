/**
 * LSTM language models (Zaremba et al. 2014; the form of Yu et al. 2020, section 3): an embedding, layers of one width, and an
 * output layer over the vocabulary, in PyTorch's names. States go on from batch to batch; gradients end where a batch begins.
 */
import { checkInteger, requireFields } from "../base/checks.ts";
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
}

/** The state of a layer, which the batch's last time becomes. */
function stateOf(site: Site, name: string, units: number): Node {
  const where = site.training ? name : `evaluation/${name}`;
  const make = () =>
    site.scope.graph.node("statistic", [], { name: where, shape: [units, 1, 1] as const, layout: "image" });
  return site.scope.once(where, make);
}

function layerOf(site: Site, x: Node, { index, units, carried }: { index: number; units: number; carried: boolean }) {
  const { scope } = site;
  const named = (what: string) => `lstm.${what}_l${index}`;
  const features = x.type.shape[0]!;
  const input = matrix(site, named("weight_ih"), { shape: [4 * units, features] });
  const recurrent = matrix(site, named("weight_hh"), { shape: [4 * units, units] });
  const biases = ["bias_ih", "bias_hh"].map((what) => vector(site, named(what), { size: 4 * units, fanIn: units }));
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
 * @throws code `usage` naming the field for an option that is missing, and for `layers` or `units` that are no whole number from 1
 */
export function lstm(options: LstmOptions): Model {
  requireFields("lstm", options, ["name", "input", "outputs", "layers", "units"]);
  const { layers, units, tied = false, dropout = 0, carried = true, ...fitting } = options;
  for (const [where, count] of Object.entries({ layers, units })) checkInteger(where, count, { min: 1 });
  return sequenceModel({ ...fitting, vocabulary: fitting.outputs }, (site, ids) => {
    const { graph } = site.scope;
    const vocabulary = fitting.outputs;
    const table = matrix(site, "embed.weight", { shape: [vocabulary, units], output: tied });
    let x = graph.node("embedding", [ids, table], { padding: -1 });
    for (let index = 0; index < layers; index++)
      x = layerOf(site, index === 0 ? x : dropped(site, x, dropout), { index, units, carried });
    const w = tied ? table : matrix(site, "out.weight", { shape: [vocabulary, units], output: true });
    const output = biased(site, multiplied(site, x, w), vector(site, "out.bias", { size: vocabulary, fanIn: units }));
    return { output };
  });
}
