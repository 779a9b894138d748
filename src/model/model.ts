/** A model is a function over symbolic tensors; the parameters it asks for on the way make its parameter list. */
import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { createGraph } from "../graph/graph.ts";
import { type Node, sizeOf } from "../graph/types.ts";
import { hostInput } from "./input.ts";
import { createLayers, type Layers } from "./layers.ts";
import type { Parameter, Weights } from "./network.ts";
import { type ApplyOptions, createScope, type Scope } from "./scope.ts";

export type { Layers } from "./layers.ts";

/** What a model gives, by name; `output` is what it is trained, scored and exported by. */
export type Heads = Readonly<Record<string, Node>> & { readonly output: Node };

/** A network architecture. */
export interface Model {
  readonly name: string;
  /** `[channels, height, width]`, or `[features]`. */
  readonly input: readonly number[];
  /** The column that vectors are read from; default `features`. */
  readonly column?: string;
  /** How many numbers its main head gives for each example, of sequences at each position: classes, targets or labels. */
  readonly outputs: number;
  /** Of a model of texts, how many tokens it knows, from 1; absent for others. */
  readonly vocabulary?: number;
  /** Examples of a batch by which logits at every position are packed in training (sequence/packing.ts); absent: they are not. */
  readonly batch?: number;
  /** In order of definition, each layer's in PyTorch's order: weight, bias, running mean, running variance. */
  readonly parameters: readonly Parameter[];
  /**
   * Adds the model to the scope's graph, which has its inputs `x`, and returns its heads; again and again where wanted. In
   * training, dropout reads the input `counter`, and batch normalisation reads the input `statistics_rate`.
   */
  apply(scope: Scope, x: Node, options: ApplyOptions): Heads;
  /**
   * Of a model that comes with weights: those that every training on a data set begins with, where it has none `drawn` at random.
   * Absent for others.
   */
  given?(drawn: Weights, dataset: Dataset): Weights;
}

/** What every architecture is fitted to. */
export interface Fitting {
  /** The model's name, as specs write it. */
  readonly name: string;
  /** `[channels, height, width]`, or `[features]`. */
  readonly input: readonly number[];
  /** How many numbers it gives for each example. */
  readonly outputs: number;
  /** Of texts, how many tokens there are, from 1; absent for other inputs. */
  readonly vocabulary?: number;
  /** Of texts, what is told of their tokens; absent where a whole text is told of. */
  readonly head?: "span" | "mlm";
}

/** What a model is made of. */
export interface ModelDefinition extends Fitting {
  /** Gives the main head, or several by name, `output` among them. */
  readonly build: (layers: Layers, x: Node) => Node | Heads;
}

/** Makes a model of a function over symbolic tensors; throws with code `usage` where its layers do not fit the input. */
export function defineModel(definition: ModelDefinition): Model {
  requireFields("defineModel", definition, ["name", "input", "outputs", "build"]);
  const { name, input, outputs, build } = definition;
  const apply: Model["apply"] = (scope, x, options) => headsOf(name, build(createLayers(scope, options), x));
  const graph = createGraph();
  const scope = createScope(graph);
  checkOutput({ name, outputs }, apply(scope, hostInput(graph, input), { training: false }));
  return { name, input, outputs, parameters: scope.parameters(), apply };
}

function checkOutput({ name, outputs }: Pick<ModelDefinition, "name" | "outputs">, { output }: Heads): void {
  if (output.type.layout === "vector" && sizeOf(output.type.shape) === outputs) return;
  const rule = `the head output must give ${outputs} numbers for each example`;
  fail("usage", name, { rule, got: `[${output.type.shape.join(", ")}]`, remedy: "Correct outputs, or the last layer" });
}

function headsOf(model: string, built: Node | Heads): Heads {
  if (typeof built.op === "string") return { output: built as Node };
  const heads = built as Heads;
  if (heads.output) return heads;
  const rule = "build must give one of its heads the name output";
  return fail("usage", model, { rule, got: Object.keys(heads).join(", ") });
}
