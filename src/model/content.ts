/** What a model is, whatever it is called: the graph that it adds and the parameters that it asks for. */
import { hashJson } from "../base/hash.ts";
import { createGraph } from "../graph/graph.ts";
import { hostInput } from "./input.ts";
import type { Model } from "./model.ts";
import { createScope } from "./scope.ts";

/** SHA-256 over a model's parameters and its graphs in training and evaluation, as 64 hexadecimal digits. */
export function modelContent(model: Pick<Model, "input" | "outputs" | "parameters" | "apply">): string {
  const { input, outputs, parameters } = model;
  return hashJson({ input, outputs, parameters, graphs: [true, false].map((training) => graphOf(model, training)) });
}

/** Every node as plain data, its inputs by their number; then the heads, the updates and the penalties. */
function graphOf(model: Pick<Model, "input" | "apply">, training: boolean): unknown {
  const graph = createGraph();
  const scope = createScope(graph);
  const heads = model.apply(scope, hostInput(graph, model.input), { training });
  const number = new Map(graph.nodes.map((node, i) => [node, i] as const));
  const nodes = graph.nodes.map(({ op, inputs, attributes, type }) => {
    return { op, inputs: inputs.map((each) => number.get(each)!), attributes: { ...attributes }, type: { ...type } };
  });
  const named = (pairs: Iterable<readonly [string, (typeof graph.nodes)[number]]>) =>
    Object.fromEntries([...pairs].map(([name, node]) => [name, number.get(node)!]));
  return {
    nodes,
    heads: named(Object.entries(heads)),
    updates: scope.updates().map((node) => number.get(node)!),
    penalties: named(scope.penalties()),
  };
}
