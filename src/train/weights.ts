/** Models whose prunable weights are something else than parameters: every product with one is made anew. */
import type { Builder, Node, OpAttributes } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { Parameter } from "../model/network.ts";

/** A product of a layer's input and its weight, and what it is made with. */
export interface Product {
  /** Adds to the penalty a term of shape [1]. */
  penalise(term: Node): void;
  /** The host's `[seed, replicate, step]`. */
  readonly counter: () => Node;
  readonly graph: Builder;
  readonly training: boolean;
  readonly weight: Node & { readonly op: "parameter" };
  readonly input: Node;
  /** The number of the weight, which tells its noise from that of others. */
  readonly index: number;
  /** The product of any input and weight in the layer's form. */
  multiply(input: Node, weight: Node): Node;
}

/** How a model's weights are replaced. */
export interface Replacement {
  /** What the name of the parameter that each weight gets beside it ends with; it has the weight's shape. */
  readonly suffix: string;
  readonly product: (product: Product) => Node;
}

/** The same model with other products of its prunable weights; `parameters` has the additional ones after its own. */
export function replaceWeights(model: Model, { suffix, product }: Replacement): Model {
  const weights = model.parameters.filter(({ prunable }) => prunable);
  const beside = weights.map((weight): Parameter => ({ ...weight, name: weight.name + suffix, prunable: false }));
  const index = new Map(weights.map(({ name }, i) => [name, i]));
  const penalties = new WeakMap<Builder, Node[]>();
  return {
    ...model,
    parameters: [...model.parameters, ...beside],
    logits(graph, x, { training }) {
      const terms: Node[] = [];
      penalties.set(graph, terms);
      return model.logits(replacing({ graph, training, terms, index }, product), x, { training });
    },
    penalty: (graph) => penalties.get(graph)!.reduce((a, b) => graph.node("add", [a, b], {})),
  };
}

interface Site extends Pick<Product, "graph" | "training"> {
  readonly terms: Node[];
  /** Of the weights to replace, by name. */
  readonly index: ReadonlyMap<string, number>;
}

/** A builder that makes what it is asked for, but products of weights in another way and the `counter` once. */
function replacing({ graph, training, terms, index }: Site, product: Replacement["product"]): Builder {
  const counter = once(() => graph.node("input", [], { name: "counter", shape: [3], layout: "plain" }));
  const penalise = (term: Node) => void (training && terms.push(term));
  const node: Builder["node"] = (op, inputs, attributes) => {
    if (op === "input" && (attributes as OpAttributes["input"]).name === "counter") return counter();
    const [input, weight] = inputs;
    const number = weight?.op === "parameter" ? index.get(weight.attributes.name) : undefined;
    if ((op !== "linear" && op !== "convolution") || number === undefined) return graph.node(op, inputs, attributes);
    const multiply = (...operands: [Node, Node]) => graph.node(op, operands, attributes);
    const operands = { input: input!, weight: weight as Product["weight"], index: number };
    return product({ graph, training, counter, penalise, multiply, ...operands });
  };
  return { node };
}

/** The parameter beside a weight, of its shape. */
export function besideOf({ graph, weight }: Product, suffix: string): Node {
  const { name, shape } = weight.attributes;
  return graph.node("parameter", [], { name: name + suffix, shape });
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
