/** Milliseconds of an iteration, stretch by stretch, by percent of the weights: the same in a page and in Node. */
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

export async function timeIterations(engine) {
  const times = {};
  for (const percent of [100, 20, 5]) {
    const stretch = Math.round(2000 / percent);
    const training = trainLive(engine, networkOf(percent), {
      ...{ model, dataset, steps: 15 * stretch, pauseEvery: stretch },
      testRows: allIndices(1),
    });
    times[percent] = [];
    let last;
    for await (const _ of training) {
      const now = performance.now();
      if (last !== undefined) times[percent].push((now - last) / stretch);
      last = now;
    }
  }
  return times;
}
