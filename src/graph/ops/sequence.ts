/**
 * Ops of sequences. A sequence is images of width 1, `[features, time, 1]`: a linear layer at every position is a convolution
 * by a matrix. Tokens and labels are vectors of whole numbers, `[time]`.
 */
import { fail } from "../../base/errors.ts";
import { carriesBatch, type OpDefinition } from "../types.ts";
import { elementwise, entries, requireRank, requireSame, showType } from "./rules.ts";
import { perFeature, perPosition, requireSequence, requireTokens, sequence } from "./sequence-rules.ts";

export const embedding: OpDefinition<"embedding"> = {
  operands: ["ids", "w"],
  shape([ids, w]) {
    requireTokens("embedding", "ids", ids!);
    requireRank("embedding", "w", w!, 2);
    return sequence(w!.shape[1]!, ids!.shape[0]!);
  },
  gradient: (graph, { inputs: [ids, w], attributes }, dy) => [
    null,
    graph.node("embedding_weight_gradient", [dy, ids!, w!], attributes),
  ],
  flops: () => 0,
};

export const embedding_weight_gradient: OpDefinition<"embedding_weight_gradient"> = {
  operands: ["dy", "ids", "w"],
  shape([dy, ids, w]) {
    requireSame("embedding_weight_gradient", dy!, sequence(w!.shape[1]!, ids!.shape[0]!));
    return w!;
  },
  flops: ([dy], density) => density * entries(dy!),
};

export const add_positions: OpDefinition<"add_positions"> = {
  operands: ["x", "p"],
  shape([x, p]) {
    requireSequence("add_positions", "x", x!);
    requireRank("add_positions", "p", p!, 2);
    if (p!.shape[1] !== x!.shape[0] || p!.shape[0]! < x!.shape[1]!)
      fail("usage", "add_positions", {
        rule: "p must have a row for every position, of as many features",
        got: `${showType(x!)} and ${showType(p!)}`,
        remedy: "Shorten the sequence",
      });
    return x!;
  },
  gradient: (graph, { inputs: [, p] }, dy) => [dy, graph.node("positions_gradient", [dy, p!], {})],
  flops: ([x]) => entries(x!),
};

export const positions_gradient: OpDefinition<"positions_gradient"> = {
  operands: ["dy", "p"],
  shape: ([, p]) => p!,
  flops: ([dy]) => entries(dy!),
};

export const layer_statistics: OpDefinition<"layer_statistics"> = {
  operands: ["x"],
  shape([x]) {
    requireSequence("layer_statistics", "x", x!);
    return sequence(2, x!.shape[1]!);
  },
  // The gradient through mean and deviation is part of that of the normalisation.
  gradient: () => [null],
  flops: ([x]) => 4 * entries(x!),
};

export const layer_norm: OpDefinition<"layer_norm"> = {
  operands: ["x", "statistics", "gamma", "beta"],
  shape([x, statistics, gamma, beta]) {
    requireSequence("layer_norm", "x", x!);
    requireSame("layer_norm", statistics!, sequence(2, x!.shape[1]!));
    for (const each of [gamma!, beta!]) requireSame("layer_norm", each, perFeature(x!));
    return x!;
  },
  gradient: (graph, { inputs: [x, statistics, gamma] }, dy) => [
    graph.node("layer_norm_input_gradient", [dy, x!, statistics!, gamma!], {}),
    null,
    graph.node("layer_norm_scale_gradient", [dy, x!, statistics!], {}),
    graph.node("bias_gradient", [dy], {}),
  ],
  flops: ([x]) => 4 * entries(x!),
};

export const layer_norm_input_gradient: OpDefinition<"layer_norm_input_gradient"> = {
  operands: ["dy", "x", "statistics", "gamma"],
  shape: ([dy]) => dy!,
  flops: ([dy]) => 10 * entries(dy!),
};

export const layer_norm_scale_gradient: OpDefinition<"layer_norm_scale_gradient"> = {
  operands: ["dy", "x", "statistics"],
  shape: ([dy]) => perFeature(dy!),
  flops: ([dy]) => 4 * entries(dy!),
};

export const gelu: OpDefinition<"gelu"> = {
  operands: ["x"],
  shape: elementwise,
  gradient: (graph, { inputs: [x], attributes }, dy) => [graph.node("gelu_gradient", [dy, x!], attributes)],
  flops: ([x]) => 30 * entries(x!),
};

export const gelu_gradient: OpDefinition<"gelu_gradient"> = {
  operands: ["dy", "x"],
  shape: elementwise,
  flops: ([x]) => 40 * entries(x!),
};

export const select_positions: OpDefinition<"select_positions"> = {
  operands: ["x", "positions"],
  shape([x, positions]) {
    requireSequence("select_positions", "x", x!);
    requireTokens("select_positions", "positions", positions!);
    return sequence(x!.shape[0]!, positions!.shape[0]!);
  },
  gradient: (graph, { inputs: [x, positions] }, dy) => [
    graph.node("select_positions_gradient", [dy, positions!], { time: x!.type.shape[1]! }),
    null,
  ],
  flops: () => 0,
};

export const select_positions_gradient: OpDefinition<"select_positions_gradient"> = {
  operands: ["dy", "positions"],
  shape([dy, positions], { time }) {
    requireSame("select_positions_gradient", dy!, sequence(dy!.shape[0]!, positions!.shape[0]!));
    return sequence(dy!.shape[0]!, time);
  },
  flops: ([dy]) => entries(dy!),
};

export const sum_rows: OpDefinition<"sum_rows"> = {
  operands: ["x"],
  shape([x]) {
    requireTokens("sum_rows", "x", x!);
    return { shape: [], layout: "vector" };
  },
  gradient: (graph, { inputs: [x] }, dy) => [graph.node("spread_rows", [dy], { rows: x!.type.shape[0]! })],
  flops: ([x]) => entries(x!),
};

export const spread_rows: OpDefinition<"spread_rows"> = {
  operands: ["x"],
  shape([x], { rows }) {
    requireSame("spread_rows", x!, { shape: [], layout: "vector" });
    return perPosition(rows);
  },
  gradient: (graph, _, dy) => [graph.node("sum_rows", [dy], {})],
  flops: () => 0,
};

/** The factor that brings the length of all gradients together to at most the limit, and the length. */
export const clip_factor: OpDefinition<"clip_factor"> = {
  operands: ["g..."],
  shape(inputs, { limit }) {
    for (const input of inputs)
      if (carriesBatch(input)) fail("usage", "clip_factor", { rule: "g must be gradients", got: showType(input) });
    if (!(limit > 0)) fail("usage", "clip_factor", { rule: "limit must be above 0", got: limit });
    return { shape: [2], layout: "plain" };
  },
  flops: (inputs) => inputs.reduce((sum, input) => sum + 2 * entries(input), 0),
};

export const scale_by: OpDefinition<"scale_by"> = {
  operands: ["x", "factor"],
  shape([x, factor]) {
    requireSame("scale_by", factor!, { shape: [2], layout: "plain" });
    return x!;
  },
  flops: ([x]) => entries(x!),
};

/** Keeps a value of every lane for the next run. */
export const carry_update: OpDefinition<"carry_update"> = {
  operands: ["state", "x"],
  shape: elementwise,
  flops: () => 0,
};

/** A vector of which entries may be pruned, as the ops that read vectors want it. */
export const whole_vector: OpDefinition<"whole_vector"> = {
  operands: ["b"],
  shape([b]) {
    requireRank("whole_vector", "b", b!, 1);
    return b!;
  },
  gradient: (graph, { inputs: [b] }, dy) => [graph.node("whole_vector_gradient", [dy, b!], {})],
  flops: () => 0,
};

export const whole_vector_gradient: OpDefinition<"whole_vector_gradient"> = {
  operands: ["dy", "b"],
  shape([dy, b]) {
    requireSame("whole_vector_gradient", dy!, b!);
    return b!;
  },
  flops: () => 0,
};
