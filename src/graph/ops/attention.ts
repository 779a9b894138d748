/**
 * Attention: products of activations, and the softmax between them. Queries, keys and values are sequences whose features
 * are those of the heads one behind another; scores are images, `[heads, queries, keys]`.
 */
import { fail } from "../../base/errors.ts";
import type { OpDefinition, Type } from "../types.ts";
import { entries, requireImages, requireSame, showType } from "./rules.ts";
import { requireSequence, sequence } from "./sequence-rules.ts";

/** Multiply-adds of a product of every head. */
const flopsOf = (scores: Type, features: number) => (2 * entries(scores) * features) / scores.shape[0]!;

function requireHeads(op: string, features: number, heads: number): void {
  if (!(Number.isInteger(heads) && heads >= 1 && features % heads === 0))
    fail("usage", op, { rule: "heads must divide the features", got: `${heads} of ${features}` });
}

export const attention_scores: OpDefinition<"attention_scores"> = {
  operands: ["q", "k"],
  shape([q, k], { heads }) {
    requireSequence("attention_scores", "q", q!);
    requireSequence("attention_scores", "k", k!);
    requireHeads("attention_scores", q!.shape[0]!, heads);
    requireSame("attention_scores", k!, sequence(q!.shape[0]!, k!.shape[1]!));
    return { shape: [heads, q!.shape[1]!, k!.shape[1]!], layout: "image" };
  },
  gradient: (graph, { inputs: [q, k], attributes: { scale } }, dy) => [
    graph.node("attention_mix", [dy, k!], { scale }),
    graph.node("attention_mix_back", [dy, q!], { scale }),
  ],
  flops: ([q, k]) => 2 * entries(q!) * k!.shape[1]!,
};

/** The scores of an op that mixes values along keys (`axis` 2) or queries (1). */
function requireScores(op: string, p: Type, v: Type, axis: 1 | 2): void {
  requireImages(op, "p", p);
  requireSequence(op, "v", v);
  requireHeads(op, v.shape[0]!, p.shape[0]!);
  if (p.shape[axis] !== v.shape[1])
    fail("usage", op, {
      rule: "p must have a weight for every position of v",
      got: `${showType(p)} and ${showType(v)}`,
    });
}

const headsOf = ({ shape }: Type) => shape[0]!;

export const attention_mix: OpDefinition<"attention_mix"> = {
  operands: ["p", "v"],
  shape([p, v]) {
    requireScores("attention_mix", p!, v!, 2);
    return sequence(v!.shape[0]!, p!.shape[1]!);
  },
  gradient: (graph, { inputs: [p, v], attributes: { scale } }, dy) => [
    graph.node("attention_scores", [dy, v!], { heads: headsOf(p!.type), scale }),
    graph.node("attention_mix_back", [p!, dy], { scale }),
  ],
  flops: ([p, v]) => flopsOf(p!, v!.shape[0]!),
};

export const attention_mix_back: OpDefinition<"attention_mix_back"> = {
  operands: ["p", "v"],
  shape([p, v]) {
    requireScores("attention_mix_back", p!, v!, 1);
    return sequence(v!.shape[0]!, p!.shape[2]!);
  },
  gradient: (graph, { inputs: [p, v], attributes: { scale } }, dy) => [
    graph.node("attention_scores", [v!, dy], { heads: headsOf(p!.type), scale }),
    graph.node("attention_mix", [p!, dy], { scale }),
  ],
  flops: ([p, v]) => flopsOf(p!, v!.shape[0]!),
};

export const masked_softmax: OpDefinition<"masked_softmax"> = {
  operands: ["x", "lengths?"],
  shape([x, lengths]) {
    requireImages("masked_softmax", "x", x!);
    if (lengths) requireSame("masked_softmax", lengths, { shape: [], layout: "vector" });
    return x!;
  },
  gradient: (graph, node, dy) => [graph.node("masked_softmax_gradient", [dy, node], {}), null],
  flops: ([x]) => 24 * entries(x!),
};

export const masked_softmax_gradient: OpDefinition<"masked_softmax_gradient"> = {
  operands: ["dy", "y"],
  shape([dy, y]) {
    requireSame("masked_softmax_gradient", dy!, y!);
    return y!;
  },
  flops: ([dy]) => 4 * entries(dy!),
};
