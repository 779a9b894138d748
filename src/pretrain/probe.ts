/** A linear probe: how well classes are told by one linear layer on what a network makes of pictures, which stays as it is. */
import type { Dataset } from "../dataset/dataset.ts";
import type { TrainSplit } from "../dataset/split.ts";
import type { Table } from "../dataset/table.ts";
import type { Engine } from "../engine/engine.ts";
import { initialise } from "../model/initialise.ts";
import { defineModel, type Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";
import { classification } from "../task/classification.ts";
import { classifierFeatures } from "../train/features/classifier.ts";
import { trainNetwork } from "../train/network.ts";
import { optimizerOf } from "../train/optimizer.ts";

/** What is probed, on which pictures. */
export interface ProbeOptions {
  readonly model: Model;
  /** Of classes. */
  readonly dataset: Dataset;
  /** The rows that the layer is trained on, by which features are standardised. */
  readonly split: TrainSplit;
  /** Of the layer's order of rows. */
  readonly seed: number;
}

/** Epochs, but no fewer iterations, rows of a batch and rate of the layer's training by Adam along a half cosine. */
const [EPOCHS, LEAST, BATCH, RATE] = [20, 1000, 256, 3e-3];

/** The layer's accuracy on the test rows, from 0 to 1, and its loss. */
export async function linearProbe(
  engine: Engine,
  network: Network,
  { model, dataset, split, seed }: ProbeOptions,
): Promise<{ readonly accuracy: number; readonly loss: number }> {
  const tables = {
    train: await tableOf(engine, network, { model, dataset, part: "train" }),
    test: await tableOf(engine, network, { model, dataset, part: "test" }),
  };
  const shape = tables.train.columns.features!.shape;
  const { target, outputs } = dataset;
  const features: Dataset = { name: `features of ${dataset.name}`, shape, target, outputs, ...tables };
  const layer = defineModel({
    ...{ name: "probe", input: shape, outputs },
    build: (layers, x) => layers.linear(x, outputs, "fc", { output: true }),
  });
  const steps = Math.max(LEAST, EPOCHS * Math.ceil(split.train.length / BATCH));
  const start = { weights: initialise(layer, "glorot-normal", { seed, replicate: 0, draw: 0 }), mask: null };
  const { test, testLoss } = await trainNetwork(engine, start, {
    ...{ model: layer, dataset: features, task: classification, split: { ...split, validation: new Int32Array() } },
    ...{ batch: BATCH, steps, evaluateEvery: steps, optimizer: optimizerOf("adam") },
    schedule: { rate: RATE, shape: { name: "cosine", end: steps }, warmup: 0 },
    noise: { seed, replicate: 0, draw: 0 },
  });
  return { accuracy: test, loss: testLoss };
}

async function tableOf(
  engine: Engine,
  network: Network,
  { model, dataset, part }: Pick<ProbeOptions, "model" | "dataset"> & { part: "train" | "test" },
): Promise<Table> {
  const { width, features } = await classifierFeatures(engine, network, { model, dataset, part });
  const { count, columns } = dataset[part];
  return { count, columns: { features: { type: "f32", shape: [width], data: features }, labels: columns.labels! } };
}
