/** Same seed, same bits: whatever the number of threads, the instruction set and, with multiply-adds fused, WebAssembly. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { randomStream } from "../../src/base/random.ts";
import { createBatches } from "../../src/dataset/batches.ts";
import { syntheticDataset } from "../../src/dataset/synthetic.ts";
import { type HostEngine, readParameter, writeParameter } from "../../src/engine/engine.ts";
import { initialise } from "../../src/model/initialise.ts";
import { mlp } from "../../src/model/mlp.ts";
import type { Mask } from "../../src/model/network.ts";
import type { Program } from "../../src/program/program.ts";
import { compileExperiment, scalingsOf } from "../../src/train/experiment.ts";
import { controlValues, type OptimizerOptions, slotNames } from "../../src/train/optimizer.ts";
import { eachEngine, exactEngines } from "../engines.ts";

const BATCH = 60;
/** Epochs of four batches, the last of 20 examples. */
const TRAIN = 200;
const STEPS = 10;

const dataset = syntheticDataset({ train: TRAIN, test: 1 });
const model = mlp({ name: "lenet", input: dataset.shape, hidden: [300, 100], outputs: 10, dropout: 0.2 });
const weights = initialise(model, "glorot-normal", { seed: 7, replicate: 0, draw: 0 });

const sgd: OptimizerOptions = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 1e-4 };
const adam: OptimizerOptions = { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

const settings = [
  { optimizer: sgd, rate: 0.1, density: 1 },
  { optimizer: adam, rate: 1e-3, density: 0.6 },
  { optimizer: sgd, rate: 0.1, density: 0.1 },
  { optimizer: adam, rate: 1e-3, density: 0.1 },
];

describe.each(settings)("$optimizer.name at density $density", ({ optimizer, rate, density }) => {
  const program = compileExperiment(model, {
    optimizer,
    batch: BATCH,
    mask: drawMask(density),
    scalings: scalingsOf(dataset),
  });
  let first: readonly string[] | undefined;
  describe.each([1, 2, 3])("%i threads", (threads) => {
    eachEngine(exactEngines(threads), (engine) => {
      test("gives the bits of all others", () => {
        const bits = train(engine, program, { optimizer, rate });
        first ??= bits;
        expect(bits).toEqual(first);
      });
    });
  });
});

/** Kept at random, alike in every layer. */
function drawMask(density: number): Mask {
  const random = randomStream({ seed: 7, stream: "mask", replicate: 0, step: 0, item: 0 });
  const weights = model.parameters.filter(({ prunable }) => prunable);
  const bits = (length: number) => Uint8Array.from({ length }, () => +(random.uniform() < density));
  return new Map(weights.map(({ name, shape: [rows, columns] }) => [name, bits(rows! * columns!)]));
}

interface Training {
  readonly optimizer: OptimizerOptions;
  readonly rate: number;
}

/** Trains and returns, by name, the bits of every loss, weight and optimizer state, shortened to what tells them apart. */
function train(engine: HostEngine, program: Program, { optimizer, rate }: Training): string[] {
  const instance = engine.open(program);
  instance.bind(dataset.train);
  for (const [name, values] of weights) writeParameter(instance, name, values);
  const { inputs, outputs, lanes } = program.sections.train!;
  const indices = Int32Array.from({ length: TRAIN }, (_, i) => i);
  const batches = createBatches({ indices, batch: BATCH, key: { seed: 7, replicate: 0, draw: 0 } });
  const digests: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    const batch = batches.at(step);
    instance.write(inputs.get(`indices:${lanes}`)!, batch);
    instance.write(inputs.get("count")!, [batch.length]);
    instance.write(inputs.get("counter")!, [7, 0, step]);
    instance.write(inputs.get("control")!, controlValues(optimizer, rate, step + 1));
    instance.run("train");
    digests.push(`loss ${step} ${digest(instance.read(outputs.get("loss")!).subarray(0, batch.length))}`);
  }
  for (const { name } of model.parameters)
    for (const slot of [undefined, ...slotNames(optimizer)])
      digests.push(`${name} ${slot} ${digest(readParameter(instance, name, slot))}`);
  instance.close();
  return digests;
}

/** Of the bits, since a comparison of values would not tell -0 from +0. */
function digest(values: Float32Array): string {
  return createHash("sha256").update(values).digest("hex");
}
