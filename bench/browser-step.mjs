/** Iterations of LeNet-300-100 on made images at a percentage of its weights: the same in a page and in Node. */
import {
  allIndices,
  fullMask,
  initialise,
  magnitude,
  mlp,
  prune,
  rewind,
  syntheticDataset,
  trainLive,
} from "../dist/browser.js";

const dataset = syntheticDataset({ train: 6000, test: 100 });
const model = mlp({ name: "lenet-300-100", input: dataset.shape, outputs: dataset.outputs, hidden: [300, 100] });
const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });

function networkOf(percent) {
  const mask = fullMask(model.parameters);
  if (percent === 100) return { weights, mask: null };
  const cut = { cut: 1 - percent / 100, outputCutFactor: 1, scope: "layer" };
  return rewind(weights, prune(model.parameters, mask, { scores: magnitude(weights), cut }));
}

/** Trains so many iterations, Adam on batches of 60. */
export async function runIterations(engine, percent, steps) {
  const options = { model, dataset, steps, pauseEvery: 100, testRows: allIndices(1) };
  const training = trainLive(engine, networkOf(percent), options);
  for await (const _ of training);
  await training.end;
}
