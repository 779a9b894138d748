/**
 * Models whose prunable weights are computed: a graph rewrite. The model is built by itself, then copied into the graph it
 * is applied in, with every product of a chosen weight made by a rule.
 */
import { createGraph } from "../graph/graph.ts";
import type { Builder, Node, OpAttributes, OpName } from "../graph/types.ts";
import type { Heads, Model } from "./model.ts";
import type { Parameter } from "./network.ts";
import { type ApplyOptions, createScope, type Scope } from "./scope.ts";

/** A product of a layer's input and its weight, and what it is made with. */
export interface Product {
  readonly graph: Builder;
  readonly training: boolean;
  readonly weight: Node;
  readonly input: Node;
  /** A parameter beside the weight, of its shape: the first, or the one whose name ends so. */
  beside(suffix?: string): Node;
  /** The first parameters beside all weights, in the model's order. */
  besides(): readonly Node[];
  /** The product of any input and weight in the layer's form. */
  multiply(input: Node, weight: Node): Node;
  /** What all products with the weight share, such as a gate: made for the first of them. */
  once(what: string, make: () => Node): Node;
  /** What the products with all weights share. */
  shared(what: string, make: () => Node): Node;
  /** Noise in the form of `like`, other than all other noise of the graph. */
  noise(op: "gaussian_noise" | "uniform_noise", like: Node): Node;
  /** Adds to the penalty a term of shape `[1]`: one for each weight, while training. */
  penalise(make: () => Node): void;
}

/** How a model's weights are computed. */
export interface Computation {
  /** What the name of the parameter that each weight gets beside it ends with; it has the weight's shape. */
  readonly suffix: string;
  /** Of further ones. */
  readonly more?: readonly string[];
  /** Whether training leaves what is beside alone; absent: it is trained. */
  readonly frozen?: boolean;
  readonly product: (product: Product) => Node;
}

/** The same model with other products of its prunable weights; `parameters` has the additional ones after its own. */
export function computeWeights(model: Model, { suffix, more = [], frozen = false, product }: Computation): Model {
  const weights = model.parameters.filter(({ prunable }) => prunable);
  const suffixes = [suffix, ...more];
  const besides = (weight: Parameter) =>
    new Map(suffixes.map((each) => [each, besideOf(weight, { suffix: each, frozen })]));
  const beside = new Map(weights.map((weight) => [weight.name, besides(weight)]));
  return {
    ...model,
    parameters: [...model.parameters, ...[...beside.values()].flatMap((each) => [...each.values()])],
    apply(scope, x, options) {
      const graph = createGraph();
      const source = sourceLike(graph, x);
      const own = createScope(graph);
      const heads = model.apply(own, source, options);
      const parameters = new Map(own.parameters().map((parameter) => [parameter.name, parameter]));
      const copies = new Map([[source, x]]);
      const site: Site = { ...options, scope, parameters, beside, copies, product };
      for (const node of graph.nodes.slice(1)) copies.set(node, copyOf(site, node));
      for (const [name, term] of own.penalties()) scope.penalise(name, () => copies.get(term)!);
      return Object.fromEntries(Object.entries(heads).map(([name, node]) => [name, copies.get(node)!])) as Heads;
    },
  };
}

/** What stands for the inputs: what is read beside a column, such as the lengths of its rows, is a column too. */
function sourceLike(graph: Builder, x: Node): Node {
  if (x.op === "column") return graph.node("column", [], x.attributes);
  return graph.node("input", [], { name: x.op === "input" ? x.attributes.name : "x", ...x.type });
}

function besideOf(weight: Parameter, { suffix, frozen }: { suffix: string; frozen: boolean }): Parameter {
  const { frozen: _, ...facts } = weight;
  return { ...facts, name: weight.name + suffix, prunable: false, ...(frozen && { frozen }) };
}

interface Site extends ApplyOptions, Pick<Computation, "product"> {
  readonly scope: Scope;
  /** Of the model that is copied, by name. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** By the names of the weights to compute, and by suffix. */
  readonly beside: ReadonlyMap<string, ReadonlyMap<string, Parameter>>;
  /** Nodes in the scope's graph, by what they are copies of. */
  readonly copies: ReadonlyMap<Node, Node>;
}

/** Copies a node behind its operands. */
function copyOf(site: Site, node: Node): Node {
  const { scope, parameters, track } = site;
  const inputs = node.inputs.map((input) => site.copies.get(input)!);
  const copy = (attributes: object = {}) =>
    scope.graph.node<OpName>(node.op, inputs, { ...node.attributes, ...attributes } as OpAttributes[OpName]);
  switch (node.op) {
    case "parameter":
    case "statistic":
      return scope.parameter(parameters.get(node.attributes.name)!);
    case "input":
      // What the host writes of every example is no input of the scope.
      if (node.attributes.layout === "vector") return scope.once(node.attributes.name, copy);
      return scope.input(node.attributes.name, node.attributes.shape);
    case "dropout":
      return copy({ index: scope.number("dropout") });
    case "gaussian_noise":
    case "uniform_noise":
      return copy({ index: scope.number("noise") });
    case "running_update":
      scope.follow(inputs[0]!, copy, { track });
      return inputs[0]!;
    case "linear":
    case "convolution":
      return productOf(site, node, inputs as [Node, Node]) ?? copy();
    default:
      return copy();
  }
}

/** The product that the rule makes, null where the weight is none of the chosen. */
function productOf({ scope, training, ...site }: Site, node: Node, [input, weight]: [Node, Node]): Node | null {
  const { graph } = scope;
  const original = node.inputs[1]!;
  const besides = original.op === "parameter" ? site.beside.get(original.attributes.name) : undefined;
  if (!besides) return null;
  const beside = besides.values().next().value!;
  return site.product({
    ...{ graph, training, weight, input },
    beside: (suffix) => scope.parameter(suffix === undefined ? beside : besides.get(suffix)!),
    multiply: (...operands) => graph.node<OpName>(node.op, operands, node.attributes),
    besides: () => [...site.beside.values()].map((each) => scope.parameter(each.values().next().value!)),
    shared: (what, make) => scope.once(`${training ? "training" : "evaluation"} ${what}`, make),
    once: (what, make) => scope.once(`${beside.name} ${training ? "training" : "evaluation"} ${what}`, make),
    noise(op, like) {
      const counter = scope.input("counter", [3]);
      return graph.node(op, [like, counter], { index: scope.number("noise") });
    },
    penalise: (make) => void (training && scope.penalise(beside.name, make)),
  });
}
