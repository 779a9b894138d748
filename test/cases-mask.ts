/** Op cases of masks that are made of scores. Their gradients go straight through, so they are outputs and no slopes. */
import type { GraphBuilder } from "../src/graph/graph.ts";
import { OPS } from "../src/graph/ops/index.ts";
import type { Node, NodeOf } from "../src/graph/types.ts";
import { linear, type OpCase, parameter, plain, squared, vector } from "./cases-parts.ts";

/** What the op table says of the gradient by an op's first operand where that of its result is `dy`. */
function straight(graph: GraphBuilder, y: Node, dy: Node): Node {
  const rule = OPS[y.op].gradient as (graph: GraphBuilder, node: NodeOf<never>, dy: Node) => (Node | null)[];
  return rule(graph, y as never, dy)[0]!;
}

const sizeOf = ({ type }: Node) => type.shape.reduce((a, b) => a * b, 1);

/** A loss that is a sum over a tensor. */
function summed(graph: GraphBuilder, seen: Node, x: Node): Node {
  const sum = graph.node("total", [graph.node("multiply", [x, x], {})], {});
  const row = graph.node("reshape", [squared(graph, seen)], { shape: [1], layout: "vector" });
  return graph.node("reshape", [graph.node("bias", [row, sum], {})], { shape: [], layout: "vector" });
}

export const MASK: readonly OpCase[] = [
  plain("the largest of one tensor", (graph, { inputs, outputs, density }) => {
    const s = parameter(graph, "s", outputs, inputs);
    const threshold = graph.node("magnitude_threshold", [s], { kept: Math.round(density * sizeOf(s)) });
    const mask = graph.node("keep_largest", [s, threshold], { from: 0 });
    const ds = straight(graph, mask, parameter(graph, "g", outputs, inputs));
    return { outputs: { threshold, mask, ds } };
  }),
  plain("the largest of three tensors together", (graph, { inputs, outputs, density }) => {
    const scores = [
      parameter(graph, "a", outputs, inputs),
      parameter(graph, "b", 2, 1, 3, 3),
      parameter(graph, "c", inputs, outputs),
    ];
    const counts = scores.map(sizeOf);
    const from = (i: number) => counts.slice(0, i).reduce((a, b) => a + b, 0);
    const kept = Math.round(density * from(3));
    const threshold = graph.node("magnitude_threshold", scores, { kept });
    const masks = scores.map((score, i) => graph.node("keep_largest", [score, threshold], { from: from(i) }));
    return { outputs: { threshold, a: masks[0]!, b: masks[1]!, c: masks[2]! } };
  }),
  // Masks make equal magnitudes: of those, the first are cut.
  plain("the largest among equals", (graph, { inputs, outputs, density }) => {
    const u = parameter(graph, "u", outputs, inputs);
    const s = graph.node("multiply", [u, graph.node("is_below", [u], { limit: 0 })], {});
    const threshold = graph.node("magnitude_threshold", [s], { kept: Math.round(density * sizeOf(s)) });
    const ds = graph.node("magnitude_gradient", [parameter(graph, "g", outputs, inputs), s], {});
    return { outputs: { mask: graph.node("keep_largest", [s, threshold], { from: 0 }), ds } };
  }),
  plain("bernoulli_mask", (graph, { inputs, outputs }) => {
    const [p, u] = [parameter(graph, "p", outputs, inputs), parameter(graph, "u", outputs, inputs)];
    const mask = graph.node("bernoulli_mask", [p, u], {});
    return { outputs: { mask, dp: straight(graph, mask, parameter(graph, "g", outputs, inputs)) } };
  }),
  plain("signed_mask", (graph, { inputs, outputs }) => {
    const x = parameter(graph, "x", outputs, inputs);
    const mask = graph.node("signed_mask", [x], { limit: 0.1 / inputs });
    return { outputs: { mask, dx: straight(graph, mask, parameter(graph, "g", outputs, inputs)) } };
  }),
  plain("a weight rescaled by a sum, through the sum", (graph, { inputs, outputs }) => {
    const [x, w] = [vector(graph, inputs), parameter(graph, "w", outputs, inputs)];
    const e = graph.node("exp", [w], {});
    const sum = graph.node("total", [e], {});
    const ratio = graph.node("divide", [graph.node("affine", [sum], { factor: 0, offset: 3 }), sum], {});
    const scaled = graph.node("multiply", [e, graph.node("fill", [e, ratio], {})], {});
    const y = linear(graph, x, scaled);
    return { outputs: { y }, loss: summed(graph, y, scaled), targets: { x, w } };
  }),
];
