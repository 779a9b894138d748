/** The rows of the op table that pre-training without labels brings, exhaustive by type. */
import { fail } from "../../base/errors.ts";
import type { OpDefinition, Type, ViewOpName } from "../types.ts";
import { entries, requireImages, requireRank, requireSame, requireVector, showType } from "./rules.ts";

/** Numbers that are drawn for a view. */
export const DRAWN = 14;

const PER_LANE: Type = { shape: [], layout: "vector" };
const STATISTICS: Type = { shape: [3], layout: "vector" };

function requireFeatures(op: string, x: Type): void {
  requireVector(op, "x", x);
  if (x.shape.length !== 1) fail("usage", op, { rule: "x must be one row of numbers", got: showType(x) });
}

const views: OpDefinition<"views"> = {
  operands: ["draws"],
  shape([draws], { shape }) {
    requireSame("views", draws!, { shape: [DRAWN], layout: "vector" });
    return { shape, layout: "image" };
  },
  flops: () => 0,
};

const unit_length: OpDefinition<"unit_length"> = {
  operands: ["x"],
  shape([x]) {
    requireFeatures("unit_length", x!);
    return x!;
  },
  gradient: (graph, { inputs: [x] }, dy) => [graph.node("unit_length_gradient", [dy, x!], {})],
  flops: ([x]) => 3 * entries(x!),
};

const unit_length_gradient: OpDefinition<"unit_length_gradient"> = {
  operands: ["dy", "x"],
  shape([dy, x]) {
    requireFeatures("unit_length_gradient", x!);
    requireSame("unit_length_gradient", dy!, x!);
    return x!;
  },
  flops: ([, x]) => 7 * entries(x!),
};

const nt_xent_statistics: OpDefinition<"nt_xent_statistics"> = {
  operands: ["z"],
  shape([z], { temperature }) {
    requireFeatures("nt_xent_statistics", z!);
    if (!(temperature > 0))
      fail("usage", "nt_xent_statistics", { rule: "temperature must be above 0", got: temperature });
    return STATISTICS;
  },
  // Part of the gradient of the loss.
  gradient: () => [null],
};

const nt_xent: OpDefinition<"nt_xent"> = {
  operands: ["z", "statistics"],
  shape([z, statistics]) {
    requireFeatures("nt_xent", z!);
    requireSame("nt_xent", statistics!, STATISTICS);
    return PER_LANE;
  },
  gradient: (graph, { inputs, attributes }, dy) => [graph.node("nt_xent_gradient", [dy, ...inputs], attributes), null],
  flops: () => 1,
};

const nt_xent_gradient: OpDefinition<"nt_xent_gradient"> = {
  operands: ["dy", "z", "statistics"],
  shape([dy, z, statistics]) {
    requireFeatures("nt_xent_gradient", z!);
    requireSame("nt_xent_gradient", dy!, PER_LANE);
    requireSame("nt_xent_gradient", statistics!, STATISTICS);
    return z!;
  },
};

const follow_update: OpDefinition<"follow_update"> = {
  operands: ["w", "x"],
  shape([w, x]) {
    requireSame("follow_update", w!, x!);
    return w!;
  },
  flops: ([w]) => 3 * entries(w!),
};

const enqueue_update: OpDefinition<"enqueue_update"> = {
  operands: ["w", "keys", "place"],
  shape([w, keys, place]) {
    requireRank("enqueue_update", "w", w!, 2);
    requireSame("enqueue_update", keys!, { shape: [w!.shape[1]!], layout: "vector" });
    requireSame("enqueue_update", place!, { shape: [1], layout: "plain" });
    return w!;
  },
  flops: () => 0,
};

/** Forward only: keys have no gradient. */
const half_norm: OpDefinition<"half_norm"> = {
  operands: ["x", "gamma", "beta"],
  shape([x, gamma, beta]) {
    requireImages("half_norm", "x", x!);
    for (const each of [gamma!, beta!]) requireSame("half_norm", each, { shape: [x!.shape[0]!], layout: "plain" });
    return x!;
  },
  flops: ([x]) => 6 * entries(x!),
};

export const VIEW_OPS: { readonly [K in ViewOpName]: OpDefinition<K> } = {
  ...{ views, unit_length, unit_length_gradient, nt_xent_statistics, nt_xent, nt_xent_gradient },
  ...{ follow_update, enqueue_update, half_norm },
};
