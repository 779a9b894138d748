/** The two programs of an experiment, compiled together: one training step, and the evaluation of a batch. */
import { fail } from "../base/errors.ts";
import type { DatasetDescription } from "../dataset/dataset.ts";
import { differentiate, reached } from "../graph/differentiate.ts";
import { createGraph, type Graph } from "../graph/graph.ts";
import type { Augmentation, Builder, Node } from "../graph/types.ts";
import { batchInput, hostInput } from "../model/input.ts";
import type { Model } from "../model/model.ts";
import type { Mask } from "../model/network.ts";
import { createScope } from "../model/scope.ts";
import type { Crossover } from "../program/choose.ts";
import { compile } from "../program/compile.ts";
import type { Scaling } from "../program/lowering.ts";
import type { Program } from "../program/program.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import { withPenalty } from "./penalty.ts";
import { updateNodes } from "./updates.ts";

/** What training minimises: cross-entropy of the softmax, or squared error against one-hot targets. */
export type LossName = "cross-entropy" | "squared-error";

/** Where a graph's batches come from: gathered from a data set, or written by the host as `x` and `y`. */
export type BatchSource = "dataset" | "host";

export interface StepOptions {
  readonly optimizer: OptimizerOptions;
  readonly loss?: LossName;
  readonly source?: BatchSource;
  /** How training images are varied; absent for not at all. */
  readonly augment?: Augmentation;
}

function batchNodes(
  graph: Builder,
  model: Model,
  { source = "dataset", augment }: Pick<StepOptions, "source" | "augment">,
): { x: Node; y: Node } {
  if (source === "dataset")
    return { x: batchInput(graph, model.input, augment), y: graph.node("column", [], { name: "labels", shape: [] }) };
  return {
    x: hostInput(graph, model.input),
    y: graph.node("input", [], { name: "y", shape: [], layout: "vector" }),
  };
}

function lossNode(graph: Builder, name: LossName, { logits, y }: { logits: Node; y: Node }): Node {
  if (name === "cross-entropy") return graph.node("softmax_cross_entropy", [logits, y], {});
  const target = graph.node("one_hot", [y], { classes: logits.type.shape[0]! });
  return graph.node("mean_squared_error", [logits, target], {});
}

/**
 * Forward, backward and updates of all parameters that the loss depends on and that are not frozen, of running statistics
 * too; output `loss` per example, before the update. Throws `usage` where that is none.
 */
export function trainingGraph(model: Model, { optimizer, loss = "cross-entropy", ...batch }: StepOptions): Graph {
  const graph = createGraph();
  const { x, y } = batchNodes(graph, model, batch);
  const scope = createScope(graph);
  const { output: logits } = model.apply(scope, x, { training: true });
  const perExample = withPenalty(scope, lossNode(graph, loss, { logits, y }));
  const parameters = reached(perExample, scope.trained());
  if (parameters.length === 0) failFrozen(model);
  const gradients = differentiate(graph, perExample, parameters);
  const updated = parameters.map((parameter) => ({ parameter, gradient: gradients.get(parameter)! }));
  const roles = new Map(model.parameters.map(({ name, role }) => [name, role]));
  return graph.finish({ loss: perExample }, [...scope.updates(), ...updateNodes(graph, optimizer, { updated, roles })]);
}

function failFrozen({ name, parameters }: Model): never {
  const rule = `the loss of ${name} must depend on a parameter that is not frozen`;
  const got = `${parameters.filter(({ frozen }) => frozen).length} of ${parameters.length} frozen`;
  return fail("usage", "training", { rule, got, remedy: "Leave out a layer from freeze" });
}

/** Forward only; outputs `logits`, which the main head gives, and per example `loss` and `correct`. */
export function evaluationGraph(
  model: Model,
  { loss = "cross-entropy", source }: Pick<StepOptions, "loss" | "source">,
): Graph {
  const graph = createGraph();
  const { x, y } = batchNodes(graph, model, source ? { source } : {});
  const { output: logits } = model.apply(createScope(graph), x, { training: false });
  return graph.finish({
    logits,
    loss: lossNode(graph, loss, { logits, y }),
    correct: graph.node("correct", [logits, y], { top: 1 }),
  });
}

/** How a data set's bytes become floats of zero mean and unit deviation per channel. */
export function scalingsOf({ mean, std }: Pick<DatasetDescription, "mean" | "std">): Readonly<Record<string, Scaling>> {
  if (!mean || !std) return {};
  const scale = Float32Array.from(std, (deviation) => 1 / (255 * deviation));
  return { images: { scale, shift: Float32Array.from(mean, (value, channel) => -value / std[channel]!) } };
}

export interface ExperimentOptions extends StepOptions {
  readonly batch: number;
  /** Examples scored at a time; no number depends on it. */
  readonly evaluationBatch?: number;
  readonly mask?: Mask;
  readonly scalings?: Readonly<Record<string, Scaling>>;
  readonly crossover?: Crossover;
}

/** Fits a LeNet's batch of activations into L2 while leaving few calls per evaluation. */
export const EVALUATION_BATCH = 128;

/** Compiles a model's training step and evaluation under a mask. */
export function compileExperiment(model: Model, options: ExperimentOptions): Program {
  const { batch, ...rest } = options;
  // Sections share what the host writes, so its batches have one size.
  const { evaluationBatch = options.source === "host" ? batch : EVALUATION_BATCH } = options;
  return compile(
    {
      train: { graph: trainingGraph(model, rest), batch },
      evaluate: { graph: evaluationGraph(model, rest), batch: evaluationBatch },
    },
    rest,
  );
}
