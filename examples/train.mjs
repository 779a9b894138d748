/**
 * Train a network and keep it in a file that PyTorch reads.
 *
 *     node examples/train.mjs [data set, default mnist] [iterations, default 3000] [file, default none]
 */
import { writeFileSync } from "node:fs";
import {
  createEngine,
  initialise,
  loadDataset,
  networkToSafetensors,
  parseModel,
  splitTrain,
  trainNetwork,
} from "tombola-lab";
import "./in-words.mjs";

const [data = "mnist", steps = "3000", file] = process.argv.slice(2);
const iterations = Number(steps);
const dataset = await loadDataset(data);
const model = parseModel("lenet-300-100", dataset);
const engine = await createEngine("auto");
const weights = initialise(model, "kaiming-normal", { seed: 1, replicate: 0, draw: 0 });

const trained = await trainNetwork(
  engine,
  { weights, mask: null },
  {
    model,
    dataset,
    steps: iterations,
    split: splitTrain(dataset, 1000),
    batch: 128,
    optimizer: { name: "sgd", momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
    schedule: { rate: 0.1, shape: { name: "cosine", end: iterations }, warmup: 100 },
    evaluateEvery: Math.ceil(iterations / 5),
  },
);

console.log(`${model.name} on ${data}, engine ${engine.name}`);
for (const { step, validation, validationLoss } of trained.curve)
  console.log(`iteration ${step}: validation accuracy ${validation.toFixed(4)}, loss ${validationLoss.toFixed(4)}`);
console.log(`test accuracy ${trained.test.toFixed(4)}`);
if (file) writeFileSync(file, networkToSafetensors(trained, model.parameters));
