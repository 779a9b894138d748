/** What is timed: a training step of a network as the training loop runs it, on as many rows as its data set has. */
import { createBatches } from "../dataset/batches.ts";
import type { Dataset, DatasetDescription } from "../dataset/dataset.ts";
import type { Table } from "../dataset/table.ts";
import { type HostEngine, type HostInstance, writeParameter } from "../engine/engine.ts";
import { initialise } from "../model/initialise.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import type { Crossover } from "../program/choose.ts";
import type { Program } from "../program/program.ts";
import { uniformMask } from "../prune/uniform.ts";
import { taskOf } from "../task/registry.ts";
import type { Rows } from "../train/batching.ts";
import { edgePopup, firstScores } from "../train/edge-popup.ts";
import { allIndices } from "../train/evaluate.ts";
import { compileExperiment, scalingsOf } from "../train/experiment.ts";
import { controlValues, type OptimizerOptions, type SgdOptions } from "../train/optimizer.ts";
import type { StepCase } from "./families.ts";
import { withPieces } from "./profile.ts";

/** Momentum and decay as in OpenLTH's runs and the PyTorch step that this is held against. */
export const OPTIMIZER: SgdOptions = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 1e-4 };
const RATE = 0.01;
/** Weight of a batch in running statistics, as in training. */
const STATISTICS_RATE = 0.1;
const KEY = { seed: 1, replicate: 0, draw: 0 };

/** A step of a model under a random mask, or of one whose scores keep as many weights. */
export interface ModelStep extends Omit<StepCase, "kernels"> {
  readonly model: string;
  readonly method?: "edge-popup";
  /** Default {@link OPTIMIZER}. */
  readonly optimizer?: OptimizerOptions;
  /** When dense kernels take over; what training uses by default. */
  readonly crossover?: Crossover;
}

/** A step ready to run. */
export interface OpenStep {
  readonly instance: HostInstance;
  /** Writes the next batch and rate. */
  next(): void;
  /** One iteration: writes the next batch, runs the program, reads the loss. */
  run(): void;
}

/** Opens a step of a random network on an engine; the caller closes its instance. */
export function openStep(engine: HostEngine, dataset: Dataset, step: ModelStep): OpenStep {
  const { batch, density, crossover, method, optimizer = OPTIMIZER } = step;
  const base = modelOf(step, dataset);
  const model = method ? edgePopup(base, { kept: density, scope: "layer" }) : base;
  const program = compileStep(model, dataset, {
    batch,
    mask: method ? new Map() : maskOf(model, density),
    optimizer,
    ...(crossover ? { crossover } : {}),
  });
  const weights = method ? new Map([...startOf(base), ...firstScores(base, KEY)]) : startOf(base);
  return openProgram(engine, withPieces(program), { weights, split: dataset.train, batch, optimizer });
}

/** The model of a step on a data set. */
export const modelOf = ({ model }: Pick<ModelStep, "model">, dataset: Dataset): Model => parseModel(model, dataset);

/** The mask of every measured network: random, of the same density in every layer. */
export const maskOf = ({ parameters }: Model, density: number): Mask =>
  density < 1 ? uniformMask(parameters, density, KEY) : new Map();

/** The first weights of every measured network. */
export const startOf = (model: Model): Weights => initialise(model, "glorot-normal", KEY);

/** The program of a measured step under a mask. */
export function compileStep(
  model: Model,
  dataset: DatasetDescription & Partial<Rows>,
  options: { batch: number; mask: Mask; crossover?: Crossover; optimizer?: OptimizerOptions },
): Program {
  const task = taskOf(dataset);
  // Rows of a stream are packed.
  const rows = dataset.stream ? { dataset: dataset as Rows } : {};
  return compileExperiment(model, { optimizer: OPTIMIZER, ...options, ...rows, task, scalings: scalingsOf(dataset) });
}

/** Opens a program with these weights, to train on a split in batches; the caller closes its instance. */
export function openProgram(
  engine: HostEngine,
  program: Program,
  { weights, ...stepping }: { weights: Weights } & Stepping,
): OpenStep {
  const instance = engine.open(program);
  for (const [name, values] of weights) writeParameter(instance, name, values);
  const statisticsRate = program.sections.train!.inputs.get("statistics_rate");
  if (statisticsRate) instance.write(statisticsRate, [STATISTICS_RATE]);
  return { instance, ...stepper(instance, stepping) };
}

/** What is trained on, in batches, by what: by {@link OPTIMIZER} where nothing is said. */
interface Stepping {
  readonly batch: number;
  readonly split: Table;
  readonly optimizer?: OptimizerOptions;
}

function stepper(
  instance: HostInstance,
  { batch, split, optimizer = OPTIMIZER }: Stepping,
): Omit<OpenStep, "instance"> {
  const { lanes, inputs, outputs } = instance.program.sections.train!;
  const batches = createBatches({ indices: allIndices(split.count), batch, key: KEY });
  const [place, count, control] = [inputs.get(`indices:${lanes}`)!, inputs.get("count")!, inputs.get("control")!];
  const counter = inputs.get("counter");
  const losses = new Float32Array(lanes);
  // Every batch is full: the last of an epoch would be another, shorter case.
  const perEpoch = Math.floor(split.count / batch);
  let step = 0;
  const next = () => {
    instance.bind(split);
    instance.write(place, batches.at(step++ % perEpoch));
    instance.write(count, [batch]);
    instance.write(control, controlValues(optimizer, RATE, step));
    if (counter) instance.write(counter, [KEY.seed, KEY.replicate, step]);
  };
  const run = () => {
    next();
    instance.run("train");
    instance.read(outputs.get("loss")!, losses);
  };
  return { next, run };
}
