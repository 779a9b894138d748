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
  const logits: Model["logits"] = (graph, x, { training }) => {
    const terms: Node[] = [];
    const counter = once(() => graph.node("input", [], { name: "counter", shape: [3], lanes: false }));
    penalties.set(graph, terms);
    const node: Builder["node"] = (op, inputs, attributes) => {
      if (op === "input" && (attributes as OpAttributes["input"]).name === "counter") return counter();
      const [input, weight] = inputs;
      if ((op !== "linear" && op !== "convolution") || weight?.op !== "parameter" || !index.has(weight.attributes.name))
        return graph.node(op, inputs, attributes);
      const multiply = (...operands: [Node, Node]) => graph.node(op, operands, attributes);
      const penalise = (term: Node) => void (training && terms.push(term));
      const place = { weight, input: input!, index: index.get(weight.attributes.name)! };
      return product({ graph, training, counter, penalise, multiply, ...place });
    };
    return model.logits({ node }, x, { training });
  };
  const penalty = (graph: Builder) => penalties.get(graph)!.reduce((a, b) => graph.node("add", [a, b], {}));
  return { ...model, parameters: [...model.parameters, ...beside], logits, penalty };
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
