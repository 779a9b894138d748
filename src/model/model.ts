/** A model is a function over symbolic tensors; the parameters it asks for on the way make its parameter list. */

import { createGraph } from "../graph/graph.ts";
import type { Builder, Node } from "../graph/types.ts";
import { createLayers, type Layers } from "./layers.ts";
import type { Parameter } from "./network.ts";

export type { Layers } from "./layers.ts";

/** A network architecture. */
export interface Model {
  readonly name: string;
  /** `[channels, height, width]`. */
  readonly input: readonly number[];
  readonly classes: number;
  /** In order of definition, each layer's in PyTorch's order: weight, bias, running mean, running variance. */
  readonly parameters: readonly Parameter[];
  /**
   * Adds the model to a graph that has its images `x`, and returns the logits. In training, dropout reads the input
   * `counter`, and batch normalisation reads the input `statistics_rate` and leaves `running_update` nodes.
   */
  logits(graph: Builder, x: Node, options: { training: boolean }): Node;
  /** What training adds to the loss, `[1]`, for a graph that has the logits; absent for nothing. */
  readonly penalty?: (graph: Builder) => Node;
}

/** What every architecture is fitted to. */
export interface Fitting {
  /** The model's name, as specs write it. */
  readonly name: string;
  /** `[channels, height, width]`. */
  readonly input: readonly number[];
  readonly classes: number;
}

/** What a model is made of. */
export interface ModelDefinition extends Fitting {
  readonly build: (layers: Layers, x: Node) => Node;
}

/** Makes a model of a function over symbolic tensors; throws with code `usage` where its layers do not fit the input. */
export function defineModel({ name, input, classes, build }: ModelDefinition): Model {
  const logits: Model["logits"] = (graph, x, { training }) => build(createLayers(graph, training).layers, x);
  const scratch = createGraph();
  const { layers, parameters } = createLayers(scratch, false);
  build(layers, scratch.node("images", [], { shape: input }));
  return { name, input, classes, parameters, logits };
}
