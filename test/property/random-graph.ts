/** Random training graphs: layers on any earlier value, shared weights, and the optimizer's inputs before or after all. */
import fc from "fast-check";
import { differentiate } from "../../src/graph/differentiate.ts";
import { createGraph, type Graph, type GraphBuilder } from "../../src/graph/graph.ts";
import type { Node } from "../../src/graph/types.ts";
import { updateNode } from "../../src/train/optimizer.ts";

type ParameterNode = Node & { op: "parameter" };

/** One layer: what it does, which earlier values it takes (counted back), and which weight. */
interface Layer {
  readonly kind: "dense" | "relu" | "tanh" | "add" | "dropout";
  readonly back: number;
  readonly other: number;
  readonly weight: number;
}

/** A graph's recipe; `isFirst` puts the optimizer's input in front of all nodes. */
export interface Recipe {
  readonly layers: readonly Layer[];
  readonly momentum: number;
  readonly isFirst: boolean;
  readonly density: number;
}

export const anyRecipe: fc.Arbitrary<Recipe> = fc.record({
  layers: fc.array(
    fc.record({
      kind: fc.constantFrom("dense", "dense", "relu", "tanh", "add", "dropout"),
      back: fc.nat(3),
      other: fc.nat(5),
      weight: fc.nat(3),
    }),
    { minLength: 1, maxLength: 9 },
  ),
  momentum: fc.constantFrom(0, 0.9),
  isFirst: fc.boolean(),
  density: fc.constantFrom(0.2, 0.7, 1),
});

/** Features of every value, so that any layer fits any other. */
export const FEATURES = 18;

/** Builds the recipe's graph; outputs are the loss and every fourth value. */
export function buildRecipe({ layers, momentum, isFirst }: Recipe): Graph {
  const graph = createGraph();
  const makeControl = () => graph.node("input", [], { name: "control", shape: [3], layout: "plain" });
  const early = isFirst ? makeControl() : null;
  const values = [graph.node("input", [], { name: "x", shape: [FEATURES], layout: "vector" })];
  const counter = graph.node("input", [], { name: "counter", shape: [3], layout: "plain" });
  const weights = new Map<string, ParameterNode>();
  const shared = (name: string, shape: number[]) => {
    if (!weights.has(name)) weights.set(name, graph.node("parameter", [], { name, shape }) as ParameterNode);
    return weights.get(name)!;
  };
  for (const [index, layer] of layers.entries())
    values.push(addLayer(graph, layer, { index, values, counter, shared }));
  const target = graph.node("input", [], { name: "target", shape: [FEATURES], layout: "vector" });
  const last = graph.node("linear", [values.at(-1)!, shared("last", [FEATURES, FEATURES])], {});
  const loss = graph.node("mean_squared_error", [last, target], {});
  const reached = reachedFrom(loss);
  const parameters = [...weights.values()].filter((weight) => reached.has(weight));
  const gradients = differentiate(graph, loss, parameters);
  const control = early ?? makeControl();
  const optimizer = { name: "sgd", momentum, nesterov: false, weightDecay: 0.1 } as const;
  const updates = parameters.map((parameter) =>
    updateNode(graph, optimizer, { parameter, gradient: gradients.get(parameter)!, control }),
  );
  const seen = values.filter((value, i) => i % 4 === 1 && value.op !== "input");
  return graph.finish({ loss, ...Object.fromEntries(seen.map((value) => [`value ${value.id}`, value])) }, updates);
}

interface Context {
  readonly index: number;
  readonly values: readonly Node[];
  readonly counter: Node;
  readonly shared: (name: string, shape: number[]) => ParameterNode;
}

function addLayer(graph: GraphBuilder, { kind, back, other, weight }: Layer, context: Context): Node {
  const { index, values, counter, shared } = context;
  const earlier = (steps: number) => values[Math.max(0, values.length - 1 - steps)]!;
  const x = earlier(back);
  switch (kind) {
    case "dense": {
      const product = graph.node("linear", [x, shared(`w${weight}`, [FEATURES, FEATURES])], {});
      return graph.node("relu", [graph.node("bias", [product, shared(`b${weight}`, [FEATURES])], {})], {});
    }
    case "add":
      return graph.node("add", [x, earlier(other)], {});
    case "dropout":
      return graph.node("dropout", [x, counter], { rate: 0.5, index });
    default:
      return graph.node(kind, [x], {});
  }
}

function reachedFrom(node: Node, seen = new Set<Node>()): Set<Node> {
  if (seen.has(node)) return seen;
  seen.add(node);
  for (const input of node.inputs) reachedFrom(input, seen);
  return seen;
}
