/** What is timed: a training step of LeNet-300-100 as the training loop runs it, on as many images as MNIST has. */
import { createBatches } from "../dataset/batches.ts";
import { type Dataset, type Split, sharedBytes } from "../dataset/dataset.ts";
import { syntheticDataset } from "../dataset/synthetic.ts";
import { type Engine, type Instance, writeParameter } from "../engine/engine.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import type { Crossover } from "../program/choose.ts";
import { uniformMask } from "../prune/uniform.ts";
import { allIndices } from "../train/evaluate.ts";
import { controlValues, type SgdOptions } from "../train/optimizer.ts";
import { compileExperiment, normalisationOf } from "../train/step.ts";
import { withPieces } from "./profile.ts";

/** The network of all speed cases. */
export const MODEL = "lenet-300-100";

/** Momentum and decay as in OpenLTH's runs and the PyTorch step that this is held against. */
const OPTIMIZER: SgdOptions = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 1e-4 };
const RATE = 0.01;
const KEY = { seed: 1, replicate: 0, draw: 0 };

/** Which step: a batch of training images under a random mask. */
export interface StepCase {
  readonly batch: number;
  readonly density: number;
  /** When dense kernels take over; what training uses by default. */
  readonly crossover?: Crossover;
}

/** A step ready to run. */
export interface OpenStep {
  readonly instance: Instance;
  /** Writes the next batch and rate. */
  next(): void;
  /** One iteration: writes the next batch, runs the program, reads the loss. */
  run(): void;
}

/** 60,000 images, which are beyond any cache as MNIST's are; only their number matters, so they repeat. */
export function benchDataset(): Dataset {
  const few = syntheticDataset({ train: 2000, test: 2000 });
  return { ...few, train: repeat(few.train, 30) };
}

function repeat({ count, images, labels }: Split, times: number): Split {
  const copies = (bytes: Uint8Array) => {
    const all = sharedBytes(bytes.length * times);
    for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
    return all;
  };
  return { count: count * times, images: copies(images), labels: copies(labels) };
}

/** Opens a step on an engine; the caller closes its instance. */
export function openStep(engine: Engine, dataset: Dataset, { batch, density, crossover }: StepCase): OpenStep {
  const model = parseModel(MODEL, dataset);
  const program = compileExperiment(model, {
    batch,
    optimizer: OPTIMIZER,
    mask: uniformMask(model.parameters, density, KEY),
    normalisation: normalisationOf(dataset),
    ...(crossover ? { crossover } : {}),
  });
  const instance = engine.open(withPieces(program));
  for (const [name, values] of initialise(model, "glorot-normal", KEY)) writeParameter(instance, name, values);
  return { instance, ...stepper(instance, { batch, split: dataset.train }) };
}

function stepper(instance: Instance, { batch, split }: { batch: number; split: Split }): Omit<OpenStep, "instance"> {
  const { lanes, inputs, outputs } = instance.program.sections.train!;
  const batches = createBatches({ indices: allIndices(split.count), batch, key: KEY });
  const [place, count, control] = [inputs.get(`indices:${lanes}`)!, inputs.get("count")!, inputs.get("control")!];
  const losses = new Float32Array(lanes);
  // Every batch is full: the last of an epoch would be another, shorter case.
  const perEpoch = Math.floor(split.count / batch);
  let step = 0;
  const next = () => {
    instance.bind(split);
    instance.write(place, batches.at(step++ % perEpoch));
    instance.write(count, [batch]);
    instance.write(control, controlValues(OPTIMIZER, RATE, step));
  };
  const run = () => {
    next();
    instance.run("train");
    instance.read(outputs.get("loss")!, losses);
  };
  return { next, run };
}
