/** The two programs of an experiment, compiled together: one training step, and the scoring of a batch. */
import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { Dataset, Statistics } from "../dataset/dataset.ts";
import { differentiate, reached } from "../graph/differentiate.ts";
import { createGraph, type Graph } from "../graph/graph.ts";
import type { Augmentation } from "../graph/types.ts";
import { batchInput, hostInput } from "../model/input.ts";
import type { Model } from "../model/model.ts";
import type { Mask } from "../model/network.ts";
import { createScope } from "../model/scope.ts";
import type { Crossover } from "../program/choose.ts";
import { compile, type SectionSource } from "../program/compile.ts";
import type { Scaling } from "../program/lowering.ts";
import type { Program } from "../program/program.ts";
import { classification } from "../task/classification.ts";
import { lossOf } from "../task/registry.ts";
import type { LossName, Pass, Task } from "../task/task.ts";
import { batchingOf, type Rows, type Sections, type SourceOf } from "./batching.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import { withPenalty } from "./penalty.ts";
import { updateNodes } from "./updates.ts";

/**
 * Where a graph's batches come from: gathered from a data set, or written by the host as `x` and `y`, with `host:64` as `x:64`
 * and `y:64`, for sections of several lengths.
 */
export type BatchSource = "dataset" | "host" | `host:${number}`;

/** What is learnt by what, and where batches come from. */
export interface GraphOptions {
  /** Default classification. */
  readonly task?: Task;
  /** Default the task's first. */
  readonly loss?: LossName;
  /** Default `dataset`. */
  readonly source?: BatchSource;
}

/** The same, and how it is trained. */
export interface TrainingGraphOptions extends GraphOptions {
  /** `optimizerOf(name)` has each with its defaults. */
  readonly optimizer: OptimizerOptions;
  /** How training images are varied; absent for not at all. */
  readonly augment?: Augmentation;
}

function openPass(
  model: Model,
  { task = classification, loss, source = "dataset" }: GraphOptions,
  augment?: Augmentation,
) {
  const graph = createGraph();
  const { column, shape } = task.target(model.outputs, model.input);
  const [x, y] =
    source === "dataset"
      ? [batchInput(graph, model.input, augment, model.column), batchInput(graph, shape, undefined, column)]
      : [hostInput(graph, model.input, `x${source.slice(4)}`), hostInput(graph, shape, `y${source.slice(4)}`)];
  const pass: Pass = { scope: createScope(graph), model, x, y, loss: lossOf(task, loss) };
  return { graph, task, pass };
}

/**
 * Forward, backward and updates of all parameters that the loss depends on and that are not frozen, of running statistics
 * too; output `loss` per example, before the update. Throws `usage` where that is none.
 */
export function trainingGraph(model: Model, { optimizer, augment, ...options }: TrainingGraphOptions): Graph {
  const { graph, task, pass } = openPass(model, options, augment);
  const { scope } = pass;
  const objective = task.objective(pass);
  const loss = withPenalty(scope, objective.loss);
  const parameters = reached(loss, scope.trained());
  const rule = `the loss of ${model.name} must depend on a trained parameter`;
  if (parameters.length === 0) fail("usage", "training", { rule, remedy: "Freeze fewer" });
  const gradients = differentiate(graph, loss, parameters);
  const updated = parameters.map((parameter) => ({ parameter, gradient: gradients.get(parameter)! }));
  const roles = new Map(model.parameters.map(({ name, role }) => [name, role]));
  const updates = [
    ...scope.updates(),
    ...updateNodes(graph, optimizer, { updated, roles }),
    ...(objective.updates ?? []),
  ];
  return graph.finish({ loss }, updates);
}

/** Forward only; outputs are what the task computes of every example, such as `output`, `loss` and `correct`. */
export function evaluationGraph(model: Model, options: GraphOptions): Graph {
  const { graph, task, pass } = openPass(model, options);
  return graph.finish({ ...task.scores(pass) }, pass.scope.updates());
}

/**
 * How a data set's columns become floats of zero mean and unit deviation: images per channel, other floats per entry.
 * Throws `usage` for a data set with floats whose rows to train on are not decided.
 */
export function scalingsOf(
  dataset: Pick<Dataset, "name" | "shape" | "vocabulary" | "target" | "mean" | "std" | "pixels" | "standardised">,
): Readonly<Record<string, Scaling>> {
  const { name, shape, vocabulary, target, mean, std, pixels, standardised } = dataset;
  const hasFloats = (shape.length === 1 && vocabulary === undefined) || target.kind === "numbers";
  if (hasFloats && !standardised) {
    const rule = "floats must be standardised by the rows trained on";
    fail("usage", name, { rule, remedy: "Write standardise(dataset, split.train)" });
  }
  const { features, targets } = standardised ?? {};
  return {
    ...(mean && std && { images: imageScaling({ mean, std }, pixels ? 1 : 255) }),
    ...(features && { features: floatScaling(features) }),
    ...(targets && { targets: floatScaling(targets) }),
  };
}

function floatScaling({ mean, std }: Statistics): Scaling {
  return {
    shift: Float32Array.from(mean, (value) => -value),
    scale: Float32Array.from(std, (deviation) => 1 / deviation),
  };
}

/** @param white the value of a pixel that counts as 1 */
function imageScaling({ mean, std }: Statistics, white: number): Scaling {
  const scale = Float32Array.from(std, (deviation) => 1 / (white * deviation));
  return { scale, shift: Float32Array.from(mean, (value, channel) => -value / std[channel]!) };
}

/** What an experiment's program is compiled of. */
export interface ExperimentOptions extends TrainingGraphOptions {
  /** Examples of a training step, from 1. */
  readonly batch: number;
  /** Examples scored at a time, from 1; default 128, where the host writes the inputs `batch`. No number depends on it. */
  readonly evaluationBatch?: number;
  /** Which weights are there; default all. */
  readonly mask?: Mask;
  /** By column: how its numbers become what the graphs read; a column without is read as it is. Default none. */
  readonly scalings?: Readonly<Record<string, Scaling>>;
  /** The densities below which layers take their sparse kernels; default those that were measured. */
  readonly crossover?: Crossover;
  /** Whose texts of each length have a section of their own; default there is one for all. */
  readonly dataset?: Rows;
}

/** Fits a LeNet's batch of activations into L2 while leaving few calls per evaluation. */
export const EVALUATION_BATCH = 128;

/**
 * Compiles a model's training step and evaluation under a mask.
 * @throws as {@link compile}; `usage` where an op refuses what the model or the task gives it
 */
export function compileExperiment(model: Model, options: ExperimentOptions): Program {
  requireFields("compileExperiment", options, ["batch"]);
  const { batch, ...rest } = options;
  // Sections share what the host writes, so its batches have one size.
  const { evaluationBatch = options.source === "host" ? batch : EVALUATION_BATCH } = options;
  const train: SourceOf = (of, source) => ({ graph: trainingGraph(of, { ...rest, ...source }), batch });
  const evaluate = (of: Model) => ({ graph: evaluationGraph(of, rest), batch: evaluationBatch });
  return compile(
    {
      ...sectionsOf("train", options, { model, source: train }),
      ...sectionsOf("evaluate", options, { model, source: evaluate }),
    },
    rest,
  );
}

/** The sections that a network is scored with on a data set, for texts one a length. */
export function scoringSections(
  model: Model,
  learnt: { dataset: Rows; task: Task },
): Readonly<Record<string, SectionSource>> {
  const source = (of: Model) => ({ graph: evaluationGraph(of, { task: learnt.task }), batch: EVALUATION_BATCH });
  return sectionsOf("evaluate", learnt, { model, source });
}

function sectionsOf(
  name: string,
  { dataset, task }: Pick<ExperimentOptions, "dataset" | "task">,
  of: { model: Model; source: SourceOf },
): Sections {
  return batchingOf(dataset, task)?.sections(name, dataset!, of, task) ?? { [name]: of.source(of.model) };
}
