/**
 * BERT (Devlin et al. 2019) in Hugging Face's names: embeddings of words, positions and segments, post-norm blocks of attention
 * and GELU, and a head: of classification or regression on the pooled first token, of spans, or of masked words.
 */
import { checkOneOf, requireFields } from "../base/checks.ts";
import { scoredPlaces } from "../dataset/text/corpus/masking.ts";
import type { Node } from "../graph/types.ts";
import type { Fitting, Heads, Model } from "../model/model.ts";
import {
  biased,
  cropped,
  dense,
  dropped,
  layerNorm,
  matrix,
  multiplied,
  placesOf,
  type Site,
  textOf,
  vector,
} from "./layers.ts";
import { sequenceModel } from "./model.ts";

/** What is made of the last hidden states. */
export type BertHead = "classify" | "span" | "mlm";

/** A model's make-up; `input` is `[time]`; `outputs` those of the head, of `mlm` the size of the vocabulary. */
export interface BertOptions extends Omit<Fitting, "head"> {
  /** Blocks of attention and two linear layers; from 1. */
  readonly layers: number;
  /** Features of every position; from 1, a multiple of `heads`. */
  readonly width: number;
  /** Heads of attention, from 1; default width / 64. */
  readonly heads?: number;
  /** Units between the two linear layers of a block, from 1; default 4 width. */
  readonly inner?: number;
  /** How many tokens there are; from 1. */
  readonly vocabulary: number;
  /** Tokens of the longest text, from 1; default 512. */
  readonly positions?: number;
  /** Kinds of segments, from 0, for no embedding of them; default 2. */
  readonly segments?: number;
  /** The token that pads texts, whose embedding is not learnt; from -1, for none; default 0. */
  readonly padding?: number;
  /** Default `classify`. */
  readonly head?: BertHead;
  /** Whether the pooler is one of its parameters where the head does not read it; default false. */
  readonly pooler?: boolean;
  /** Of `mlm`, whether only the places that the column `places` names are scored, a quarter of all at most; default false. */
  readonly places?: boolean;
  /** Dropout of embeddings and both sublayers, from 0 to below 1; default 0.1. */
  readonly dropout?: number;
  /** Dropout of the probabilities of attention, from 0 to below 1; default `dropout`. */
  readonly attentionDropout?: number;
  /** Dropout before a classifier, from 0 to below 1; default `dropout`. */
  readonly classifierDropout?: number;
  /** Whether GELU is the approximation by tanh, as `gelu_new`; default false. */
  readonly tanhGelu?: boolean;
  /** Added to the variances of layer normalisation, above 0; default 1e-12. */
  readonly epsilon?: number;
}

/** What a make-up is where nothing is said. */
export const USUAL = {
  positions: 512,
  segments: 2,
  padding: 0,
  dropout: 0.1,
  epsilon: 1e-12,
  tanhGelu: false,
} as const;

/** All of it, defaults included. */
export type Made = Required<Omit<BertOptions, "name" | "input" | "outputs" | "pooler" | "places">> &
  Pick<BertOptions, "outputs" | "pooler" | "places">;

function embeddingsOf(site: Site, ids: Node, made: Made): Node {
  const { vocabulary, positions, segments, width, dropout, epsilon, padding } = made;
  const { graph } = site.scope;
  const name = (what: string) => `bert.embeddings.${what}`;
  const table = (what: string, rows: number) =>
    matrix(site, name(`${what}_embeddings.weight`), { shape: [rows, width], prunable: false });
  const words = graph.node("embedding", [ids, table("word", vocabulary)], { padding });
  const placed = graph.node("add_positions", [words, table("position", positions)], {});
  const ofSegment = () => {
    const types = table("token_type", segments);
    return graph.node("embedding", [textOf(site, ids, "types"), types], { padding: -1 });
  };
  const sum = segments > 0 ? graph.node("add", [placed, ofSegment()], {}) : placed;
  return dropped(site, layerNorm(site, sum, { name: name("LayerNorm"), epsilon }), dropout);
}

function attended(site: Site, x: Node, { name, lengths, made }: { name: string; lengths: Node; made: Made }): Node {
  const { graph } = site.scope;
  const { width, heads, dropout, attentionDropout, epsilon } = made;
  const [q, k, v] = ["query", "key", "value"].map((what) =>
    dense(site, x, { name: `${name}.self.${what}`, units: width }),
  ) as [Node, Node, Node];
  const scores = graph.node("attention_scores", [q, k], { heads, scale: 1 / Math.sqrt(width / heads) });
  const p = dropped(site, graph.node("masked_softmax", [scores, lengths], {}), attentionDropout);
  const mixed = graph.node("attention_mix", [p, v], { scale: 1 });
  const y = dropped(site, dense(site, mixed, { name: `${name}.output.dense`, units: width }), dropout);
  return layerNorm(site, graph.node("add", [y, x], {}), { name: `${name}.output.LayerNorm`, epsilon });
}

function blockOf(site: Site, x: Node, { index, lengths, made }: { index: number; lengths: Node; made: Made }): Node {
  const { graph } = site.scope;
  const name = `bert.encoder.layer.${index}`;
  const h = attended(site, x, { name: `${name}.attention`, lengths, made });
  const inner = dense(site, h, { name: `${name}.intermediate.dense`, units: made.inner });
  const bent = graph.node("gelu", [inner], { tanh: made.tanhGelu });
  const y = dropped(site, dense(site, bent, { name: `${name}.output.dense`, units: made.width }), made.dropout);
  return layerNorm(site, graph.node("add", [y, h], {}), { name: `${name}.output.LayerNorm`, epsilon: made.epsilon });
}

/** The last hidden states, `[width, time, 1]`. */
export function encoded(site: Site, ids: Node, made: Made): Node {
  const lengths = textOf(site, ids, "lengths");
  let x = embeddingsOf(site, ids, made);
  for (let index = 0; index < made.layers; index++) x = blockOf(site, x, { index, lengths, made });
  return x;
}

const POOLER = "bert.pooler.dense";

/** What a head reads. */
interface Read {
  readonly hidden: Node;
  readonly ids: Node;
}

/** Makes the pooler a parameter of a network that does not read it, so that masks of all heads cover the same matrices. */
function keepPooler(site: Site, { pooler, width }: Made): void {
  if (!pooler) return;
  matrix(site, `${POOLER}.weight`, { shape: [width, width] });
  vector(site, `${POOLER}.bias`, { size: width, fanIn: width });
}

const HEADS: Readonly<Record<BertHead, (site: Site, read: Read, made: Made) => Heads>> = {
  classify(site, { hidden }, { width, outputs, classifierDropout }) {
    const { graph } = site.scope;
    const first = graph.node("flatten", [cropped(site, hidden, { from: 0, count: width, at: 0 })], {});
    const pooled = graph.node("tanh", [dense(site, first, { name: POOLER, units: width })], {});
    const x = dropped(site, pooled, classifierDropout);
    const output = dense(site, x, { name: "classifier", units: outputs, prunable: false, output: true });
    return { output, pooled };
  },
  span(site, { hidden }, made) {
    keepPooler(site, made);
    return { output: dense(site, hidden, { name: "qa_outputs", units: 2, prunable: false, output: true }) };
  },
  // Scores the vocabulary by the words' own embeddings, where places are named at those alone.
  mlm(site, { hidden, ids }, made) {
    const { graph } = site.scope;
    const { width, vocabulary, epsilon, places, tanhGelu } = made;
    keepPooler(site, made);
    const name = (what: string) => `cls.predictions.${what}`;
    const told = () => placesOf(site, ids, scoredPlaces(ids.type.shape[0]!));
    const read = places ? graph.node("select_positions", [hidden, told()], {}) : hidden;
    const x = dense(site, read, { name: name("transform.dense"), units: width, prunable: false });
    const bent = graph.node("gelu", [x], { tanh: tanhGelu });
    const y = layerNorm(site, bent, { name: name("transform.LayerNorm"), epsilon });
    const words = { shape: [vocabulary, width], prunable: false } as const;
    const logits = multiplied(site, y, matrix(site, "bert.embeddings.word_embeddings.weight", words));
    return { output: biased(site, logits, vector(site, name("bias"), { size: vocabulary, fanIn: width })) };
  },
};

/**
 * A BERT with one head; `output` is a vector, or at every position an image, and `hidden` the last hidden states.
 * @throws code `usage` naming the field for an option that is missing and a head of another name, and where an op refuses the
 *   sizes, such as a width that is no multiple of `heads`
 */
export function bert(options: BertOptions): Model {
  requireFields("bert", options, ["name", "input", "outputs", "layers", "width", "vocabulary"]);
  const { name, input, outputs, ...rest } = options;
  const made: Made = {
    ...{ heads: Math.max(1, rest.width / 64), inner: 4 * rest.width, head: "classify", outputs },
    ...{ attentionDropout: rest.dropout ?? 0.1, classifierDropout: rest.dropout ?? 0.1 },
    ...USUAL,
    ...rest,
  };
  checkOneOf("head", made.head, Object.keys(HEADS) as BertHead[]);
  return sequenceModel({ name, input, outputs, vocabulary: made.vocabulary }, (site, ids) => {
    const hidden = encoded(site, ids, made);
    return { ...HEADS[made.head](site, { hidden, ids }, made), hidden };
  });
}
