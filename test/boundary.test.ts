/** What breaks a rule is refused on every engine before anything is computed, by place, rule, value and remedy. */
import { expect, test } from "vitest";
import { align } from "../src/connectivity/align.ts";
import { scorePath } from "../src/connectivity/path.ts";
import type { Dataset } from "../src/dataset/dataset.ts";
import { imagesOf, labelsOf } from "../src/dataset/fixtures/parts.ts";
import { syntheticRgbDataset } from "../src/dataset/synthetic.ts";
import { imageTable, type Table } from "../src/dataset/table.ts";
import { initialise } from "../src/model/initialise.ts";
import { mlp } from "../src/model/mlp.ts";
import { parseModel } from "../src/model/registry.ts";
import type { Network } from "../src/model/tensors.ts";
import { madeDataset } from "../src/task/fixtures/made.ts";
import { dataset, tinyTask } from "../src/train/fixtures/tasks.ts";
import { scoreNetwork, trainNetwork } from "../src/train/network.ts";
import { type Pause, train } from "../src/train/train.ts";
import { ENGINES, eachEngine } from "./engines.ts";

const model = parseModel("mlp-8", dataset);
const key = { seed: 1, replicate: 0, draw: 0 };
const network: Network = { weights: initialise(model, "glorot-normal", key), mask: null };

/** The data set with labels, images or lengths replaced in its training part. */
function withTrain(change: (images: Uint8Array, labels: Uint8Array) => Partial<Table["columns"]>): Dataset {
  const { train } = dataset;
  const columns = { ...train.columns, ...change(imagesOf(train).slice(), labelsOf(train).slice()) };
  return { ...dataset, train: { count: train.count, columns: columns as Table["columns"] } };
}

const labelled = (change: (labels: Uint8Array) => Uint8Array | Int32Array): Dataset => ({
  ...dataset,
  train: imageTable(imagesOf(dataset.train), change(labelsOf(dataset.train)), dataset.shape),
});

function withWeight(name: string, change: (values: Float32Array) => Float32Array): Network {
  return { weights: new Map(network.weights).set(name, change(network.weights.get(name)!.slice())), mask: null };
}

const narrow = mlp({ name: "narrow", input: dataset.shape, hidden: [8], outputs: 3 });
const deep = parseModel("resnet-8-2", { shape: [3, 16, 16], outputs: 10 });
const colour = syntheticRgbDataset({ train: 20, test: 10 });
const half = new Map([["fc1.weight", new Uint8Array(3)]]);

const DATA: readonly [string, Dataset, string][] = [
  [
    "labels 1 to 10",
    labelled((labels) => labels.map((label) => label + 1)),
    "synthetic: train, labels, row 9: must be a class from 0 to 9, got 10. Number classes from 0 on, or raise their count",
  ],
  [
    "fewer labels than images",
    labelled((labels) => labels.slice(1)),
    "synthetic: train, images: must hold 101136 numbers, 784 for each of 129 rows, got 101920",
  ],
  [
    "labels of another element type",
    withTrain((_, labels) => ({ labels: { type: "u8", shape: [], data: Int16Array.from(labels) as never } })),
    'synthetic: train, labels: type u8 is held by a Uint8Array, got "a Int16Array"',
  ],
  [
    "a mean that is not finite",
    { ...dataset, mean: [Number.NaN] },
    'synthetic: mean: must be 1 numbers, finite, got "[NaN]". A channel that never varies has std 1',
  ],
  [
    "a deviation of 0",
    { ...dataset, std: [0] },
    'synthetic: std: must be 1 numbers, finite and above 0, got "[0]". A channel that never varies has std 1',
  ],
];

const NETWORKS: readonly [string, Network, string][] = [
  [
    "a value that is NaN",
    withWeight("fc1.weight", (values) => values.fill(Number.NaN, 5, 6)),
    "network: fc1.weight, entry 5: values must be finite, got NaN. Use a network that did not diverge",
  ],
  [
    "a parameter of another size",
    withWeight("fc2.bias", (values) => values.slice(1)),
    "network: network must be of the model mlp-8, whose fc2.bias has 10 entries, got 9",
  ],
  [
    "a mask of another size",
    { ...network, mask: half },
    "network: mask of fc1.weight: must have 6272 entries, as the weight has, got 3",
  ],
];

eachEngine(ENGINES, (engine) => {
  test.each(DATA)("refuses data with %s", async (_, broken, message) => {
    const options = { model, dataset: broken };
    const error = expect.objectContaining({ code: "data", message });
    await expect(trainNetwork(engine, network, { ...options, steps: 1 })).rejects.toThrow(error);
    await expect(scoreNetwork(engine, network, options)).rejects.toThrow(error);
  });

  test.each(NETWORKS)("refuses a network with %s", async (_, broken, message) => {
    const error = expect.objectContaining({ code: "data", message });
    await expect(trainNetwork(engine, broken, { model, dataset, steps: 1 })).rejects.toThrow(error);
    await expect(scoreNetwork(engine, broken, { model, dataset })).rejects.toThrow(error);
    const rows = Int32Array.of(0);
    const options = { model, dataset, train: rows, statistics: null, alphas: [0, 1] };
    const named = expect.objectContaining({ code: "data", message: message.replace(/^network/, "b") });
    await expect(scorePath(engine, options, { a: network, b: broken })).rejects.toThrow(named);
  });

  test("refuses a model of 3 outputs for 10 classes, and one of another input", async () => {
    const remedy = "Fit the model to synthetic";
    const outputs = `model narrow: must have 10 outputs, one for each of the classes of synthetic, got 3. ${remedy}`;
    const first = { weights: initialise(narrow, "glorot-normal", key), mask: null };
    await expect(trainNetwork(engine, first, { model: narrow, dataset, steps: 1 })).rejects.toThrow(outputs);
    const input = `model resnet-8-2: must read inputs of [1, 28, 28], as synthetic has them, got "[3, 16, 16]". ${remedy}`;
    const second = { weights: initialise(deep, "kaiming-normal", key), mask: null };
    await expect(scoreNetwork(engine, second, { model: deep, dataset })).rejects.toThrow(input);
  });

  test("refuses running variances below 0", async () => {
    const weights = new Map(initialise(deep, "kaiming-normal", key));
    const [name] = [...weights.keys()].filter((each) => each.endsWith("running_var"));
    weights.set(
      name!,
      weights.get(name!)!.map(() => -1),
    );
    const broken = { weights, mask: null };
    await expect(scoreNetwork(engine, broken, { model: deep, dataset: colour })).rejects.toThrow(
      `network: ${name}, entry 0: running variances must be finite and 0 or more, got -1. Use a network that did not diverge`,
    );
  });

  test.each([-1, 130, 1_000_000])("refuses row %i of 130", async (row) => {
    const rows = Int32Array.of(0, row);
    const split = { train: rows, validation: new Int32Array(0) };
    const asked = trainNetwork(engine, network, { model, dataset, steps: 1, split });
    await expect(asked).rejects.toThrow(
      `split.train: must have the rows to train on and those held back, from 0 to 129, got ${row}`,
    );
    const path = { model, dataset, train: rows, statistics: null, alphas: [0, 1] };
    const message = `rows: must be rows of the table, from 0 to 129, got ${row}`;
    await expect(scorePath(engine, path, { a: network, b: network })).rejects.toThrow(message);
    const aligned = align(
      engine,
      { model, dataset, images: rows, how: "activations", seed: 0 },
      { a: network, b: network },
    );
    await expect(aligned).rejects.toThrow(message);
  });

  test("refuses the state of another model, and a training that says nothing", async () => {
    const other = parseModel("mlp-4", dataset);
    const start = { weights: initialise(other, "glorot-normal", key), mask: null };
    const task = tinyTask({ to: 100, evaluateEvery: 100 });
    const pause = (await train(engine, { ...task, model: other }, start).next()).value as Pause;
    await expect(train(engine, task, network, await pause.snapshot()).next()).rejects.toThrow(
      "resume: fc1.weight must have 6272 values, got 3136. Go on from a state that the same training left",
    );
    const steps = trainNetwork(engine, network, { model, dataset, steps: Number.NaN });
    await expect(steps).rejects.toThrow("steps: must be an integer at least 0, got NaN");
    const optimizer = { name: "adam", lr: 0.1 } as never;
    await expect(trainNetwork(engine, network, { model, dataset, steps: 1, optimizer })).rejects.toThrow("optimizer");
  });

  test("refuses floats that are standardised by something else", async () => {
    const table = madeDataset({ kind: "numbers", names: ["price"] }, ([x]) => [x!]);
    const small = mlp({ name: "small", input: [4], hidden: [3], outputs: 1 });
    const first = { weights: initialise(small, "glorot-normal", key), mask: null };
    const standardised = { features: { mean: [0], std: [1] }, targets: { mean: [0], std: [1] } };
    await expect(scoreNetwork(engine, first, { model: small, dataset: { ...table, standardised } })).rejects.toThrow(
      'made numbers: standardised.features.mean: must be 4 numbers, finite, got "[0]"',
    );
  });

  // No network of float32 values leaves the range of doubles.
  test.skipIf(engine.arithmetic === "float64")(
    "a network that scores no finite loss is an error where it is asked for alone",
    async () => {
      const huge = withWeight("fc2.weight", (values) => values.fill(3e38));
      await expect(scoreNetwork(engine, huge, { model, dataset })).rejects.toThrow(
        expect.objectContaining({ code: "diverged" }),
      );
    },
  );
});
