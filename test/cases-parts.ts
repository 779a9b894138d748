/** What op cases are made of. */
import type { GraphBuilder } from "../src/graph/graph.ts";
import type { Node } from "../src/graph/types.ts";
import { ALWAYS_SPARSE, CROSSOVER, type Crossover, NEVER_SPARSE } from "../src/program/choose.ts";

/** What a case is built for. */
export interface Sizes {
  /** Examples of a batch, and how many of them count. */
  readonly batch: number;
  readonly live: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Fraction of each weight that its mask keeps. */
  readonly density: number;
  /** Of the values, the mask and the random streams. */
  readonly seed: number;
}

/** The nodes of a case; where it has a loss, its gradients by `targets` become outputs. */
export interface CaseNodes {
  readonly outputs?: Readonly<Record<string, Node>>;
  readonly updates?: readonly Node[];
  readonly loss?: Node;
  /** Under the names of their inputs or parameters. */
  readonly targets?: Readonly<Record<string, Node>>;
}

export interface OpCase {
  readonly name: string;
  /** Whether weights are under a mask; the others are dense at every density. */
  readonly masked: boolean;
  readonly crossover: Crossover;
  readonly nodes: (graph: GraphBuilder, sizes: Sizes) => CaseNodes;
}

export const vector = (graph: GraphBuilder, features: number, name = "x") =>
  graph.node("input", [], { name, shape: [features], layout: "vector" });
export const labels = (graph: GraphBuilder) => graph.node("input", [], { name: "y", shape: [], layout: "vector" });
export const parameter = (graph: GraphBuilder, name: string, ...shape: number[]) =>
  graph.node("parameter", [], { name, shape }) as Node & { op: "parameter" };
export const linear = (graph: GraphBuilder, x: Node, w: Node) => graph.node("linear", [x, w], {});

/** A loss that depends on every entry of y. */
export function squared(graph: GraphBuilder, y: Node): Node {
  const target = graph.node("input", [], { name: "target", shape: y.type.shape, layout: "vector" });
  return graph.node("mean_squared_error", [y, target], {});
}

/** Channels, height and width of a case's images: small planes, since the reference engine is slow. */
export function imagesOf({ inputs, outputs }: Sizes): readonly [number, number, number] {
  return [1 + (outputs % 2) + Number(outputs > 4), 4 + (inputs % 2), 5];
}

export const imageInput = (graph: GraphBuilder, shape: readonly [number, number, number], name = "x") =>
  graph.node("input", [], { name, shape, layout: "image" });

/** A loss that depends on every pixel of y. */
export const squaredImages = (graph: GraphBuilder, y: Node) => squared(graph, graph.node("flatten", [y], {}));

export const plain = (name: string, nodes: OpCase["nodes"]): OpCase => ({
  name,
  masked: false,
  crossover: CROSSOVER,
  nodes,
});

/** A case of weights that scores choose, listed by every run for the kernels that skip the others. */
export const chosen = (name: string, nodes: OpCase["nodes"]): OpCase => ({
  name: `${name}; chosen`,
  masked: false,
  crossover: ALWAYS_SPARSE,
  nodes,
});

/** The product of a weight and the mask of the largest of its scores, a parameter whose name ends with `.score`. */
export function chosenWeight(graph: GraphBuilder, w: Node & { op: "parameter" }, density: number): Node {
  const { name, shape } = w.attributes;
  const score = parameter(graph, `${name}.score`, ...shape);
  const kept = Math.round(density * shape.reduce((a, b) => a * b, 1));
  const threshold = graph.node("magnitude_threshold", [score], { kept });
  return graph.node("multiply", [w, graph.node("keep_largest", [score, threshold], { from: 0 })], {});
}

/** A case of weights, with each way of computing them. */
export const weighted = (name: string, nodes: OpCase["nodes"]): OpCase[] => [
  { name: `${name}; dense`, masked: false, crossover: CROSSOVER, nodes },
  { name: `${name}; sparse`, masked: true, crossover: ALWAYS_SPARSE, nodes },
  { name: `${name}; expanded`, masked: true, crossover: NEVER_SPARSE, nodes },
];
