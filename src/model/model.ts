/** A model is a function over symbolic tensors; the parameters it asks for on the way make its parameter list. */

import { createGraph } from "../graph/graph.ts";
import type { Builder, Node } from "../graph/types.ts";
import type { Parameter } from "./network.ts";

/** The layers that a model's definition is written with. */
export interface Layers {
  flatten(x: Node): Node;
  relu(x: Node): Node;
  tanh(x: Node): Node;
  sigmoid(x: Node): Node;
  /** Fully connected layer with bias; its weight is `name.weight` of shape `[units, features]`. */
  linear(x: Node, units: number, name: string, options?: { output?: boolean }): Node;
  /** Inverted dropout while training, the identity in evaluation. */
  dropout(x: Node, rate: number): Node;
}

/** A network architecture. */
export interface Model {
  readonly name: string;
  /** `[channels, height, width]`. */
  readonly input: readonly [number, number, number];
  readonly classes: number;
  /** In order of definition, weight before bias. */
  readonly parameters: readonly Parameter[];
  /** Adds the model to a graph that has its images `x`, and returns the logits. */
  logits(graph: Builder, x: Node, options: { training: boolean }): Node;
}

/** What a model is made of. */
export interface ModelDefinition {
  readonly name: string;
  readonly input: readonly [number, number, number];
  readonly classes: number;
  readonly build: (layers: Layers, x: Node) => Node;
}

/** Makes a model of a function over symbolic tensors. */
export function defineModel({ name, input, classes, build }: ModelDefinition): Model {
  const logits: Model["logits"] = (graph, x, { training }) => build(createLayers(graph, training).layers, x);
  const scratch = createGraph();
  const { layers, parameters } = createLayers(scratch, false);
  build(layers, scratch.node("images", [], { shape: input }));
  return { name, input, classes, parameters, logits };
}

function createLayers(graph: Builder, training: boolean): { layers: Layers; parameters: Parameter[] } {
  const parameters: Parameter[] = [];
  let counter: Node | null = null;
  let dropouts = 0;
  const declare = (parameter: Parameter) => {
    parameters.push(parameter);
    return graph.node("parameter", [], { name: parameter.name, shape: parameter.shape });
  };
  const layers: Layers = {
    flatten: (x) => graph.node("flatten", [x], {}),
    relu: (x) => graph.node("relu", [x], {}),
    tanh: (x) => graph.node("tanh", [x], {}),
    sigmoid: (x) => graph.node("sigmoid", [x], {}),
    linear(x, units, name, { output = false } = {}) {
      const features = x.type.shape[0]!;
      const common = { layer: name, fanIn: features, fanOut: units, output };
      const weight = declare({
        ...common,
        name: `${name}.weight`,
        shape: [units, features],
        role: "weight",
        prunable: true,
      });
      const bias = declare({ ...common, name: `${name}.bias`, shape: [units], role: "bias", prunable: false });
      return graph.node("bias", [graph.node("linear", [x, weight], {}), bias], {});
    },
    dropout(x, rate) {
      if (!training || rate === 0) return x;
      counter ??= graph.node("input", [], { name: "counter", shape: [3], lanes: false });
      return graph.node("dropout", [x, counter], { rate, index: dropouts++ });
    },
  };
  return { layers, parameters };
}
