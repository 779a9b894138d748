/** The layers of sequences, `[features, time, 1]`: each adds nodes to a scope's graph and asks it for its parameters. */
import type { Builder, Node } from "../graph/types.ts";
import type { Parameter } from "../model/network.ts";
import type { ApplyOptions, Scope } from "../model/scope.ts";

/** Where layers are added. */
export interface Site extends ApplyOptions {
  readonly scope: Scope;
}

/** A convolution whose kernel is one tap. */
const POINTWISE = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;

type Facts = Pick<Parameter, "layer" | "fanIn" | "fanOut" | "output">;

/** The layer of `NAME.weight`; parameters of other names, as an LSTM's, stand for themselves. */
const layerOf = (name: string) => name.replace(/\.(weight|bias)$/, "");

/** A matrix by its whole name, `[outputs, inputs]`. */
export function matrix(
  { scope }: Site,
  name: string,
  {
    shape,
    prunable = true,
    output = false,
  }: { shape: readonly [number, number]; prunable?: boolean; output?: boolean },
): Node {
  const facts: Facts = { layer: layerOf(name), fanIn: shape[1], fanOut: shape[0], output };
  return scope.parameter({ ...facts, name, shape, role: "weight", prunable });
}

/** A vector by its whole name, whole where its entries may be pruned. */
export function vector(
  { scope }: Site,
  name: string,
  {
    size,
    role = "bias",
    fanIn = 1,
    prunable = false,
    output = false,
  }: { size: number; role?: "bias" | "scale" | "shift"; fanIn?: number; prunable?: boolean; output?: boolean },
): Node {
  // Tables tell what is pruned of a layer apart.
  const facts: Facts = { layer: prunable ? name : layerOf(name), fanIn, fanOut: size, output };
  const b = scope.parameter({ ...facts, name, shape: [size], role, prunable });
  return prunable ? scope.graph.node("whole_vector", [b], {}) : b;
}

/** A matrix times every position. */
export const multiplied = ({ scope: { graph } }: Site, x: Node, w: Node): Node =>
  x.type.layout === "image" ? graph.node("convolution", [x, w], POINTWISE) : graph.node("linear", [x, w], {});

export const biased = ({ scope: { graph } }: Site, x: Node, b: Node): Node => graph.node("bias", [x, b], {});

/** The linear layer `NAME.weight` and `NAME.bias` at every position, or of a vector. */
export function dense(
  site: Site,
  x: Node,
  {
    name,
    units,
    prunable = true,
    output = false,
  }: { name: string; units: number; prunable?: boolean; output?: boolean },
): Node {
  const features = x.type.shape[0]!;
  const w = matrix(site, `${name}.weight`, { shape: [units, features], prunable, output });
  const b = vector(site, `${name}.bias`, { size: units, fanIn: features });
  return biased(site, multiplied(site, x, w), b);
}

/** Layer normalisation by `NAME.weight` and `NAME.bias`. */
export function layerNorm(site: Site, x: Node, { name, epsilon }: { name: string; epsilon: number }): Node {
  const { graph } = site.scope;
  const size = x.type.shape[0]!;
  const gamma = vector(site, `${name}.weight`, { size, role: "scale" });
  const beta = vector(site, `${name}.bias`, { size, role: "shift" });
  return graph.node("layer_norm", [x, graph.node("layer_statistics", [x], { epsilon }), gamma, beta], {});
}

/** Inverted dropout while training. */
export function dropped({ scope, training }: Site, x: Node, rate: number): Node {
  if (!training || rate === 0) return x;
  const attributes = { rate, index: scope.number("dropout") };
  return scope.graph.node("dropout", [x, scope.input("counter", [3])], attributes);
}

/** Some features of one position. */
export function cropped(
  { scope: { graph } }: Site,
  x: Node,
  { from, count, at }: { from: number; count: number; at: number },
) {
  const [features, time] = x.type.shape as [number, number];
  const channels = [-from, from + count - features] as const;
  return graph.node("pad", [x], { channels, rows: [-at, at + 1 - time], columns: [0, 0] });
}

/** How long a text is, and which of two segments each token belongs to; of a batch that the host writes, inputs of these names. */
export function textOf({ scope }: Site, ids: Node, what: "lengths" | "types"): Node {
  const { graph } = scope;
  const shape = what === "lengths" ? [] : ids.type.shape;
  return scope.once(what, () => {
    if (ids.op !== "column") return beside(graph, ids, { name: what, shape });
    if (what === "types") return graph.node("column", [], { name: what, shape });
    return graph.node("lengths", [], { column: ids.attributes.name, most: ids.type.shape[0]! });
  });
}

/** The places of a text whose tokens are told, `[count]`, those that there are first; of a batch that the host writes, an input. */
export function placesOf({ scope: { graph } }: Site, ids: Node, count: number): Node {
  const [name, shape] = ["places", [count]] as const;
  return ids.op === "column" ? graph.node("column", [], { name, shape }) : beside(graph, ids, { name, shape });
}

/** An input of the host beside `x`, of several lengths as `x:64` is called. */
function beside(graph: Builder, ids: Node, { name, shape }: { name: string; shape: readonly number[] }): Node {
  const size = ids.op === "input" ? ids.attributes.name.replace(/^[^:]*/, "") : "";
  return graph.node("input", [], { name: name + size, shape, layout: "vector" });
}
