/**
 * Prune by a score of your own. A score is a number for every weight, and the lowest go first: here how much a weight's
 * magnitude grew while it was trained (Zhou et al. 2019, "magnitude increase"), beside plain magnitude.
 *
 *     node examples/your-own-score.mjs [data set, default mnist] [iterations, default 3000] [levels, default 5]
 */
import {
  census,
  createEngine,
  fullMask,
  initialise,
  loadDataset,
  magnitude,
  parseModel,
  prune,
  rewind,
  trainNetwork,
} from "tombola-lab";

/** |w at the end| - |w at the start|, by parameter name, laid out as the weights are. */
function magnitudeIncrease(end, start) {
  return new Map(
    [...end].map(([name, values]) => [name, values.map((w, i) => Math.abs(w) - Math.abs(start.get(name)[i]))]),
  );
}

import "./in-words.mjs";

const [data = "mnist", steps = "3000", levels = "5"] = process.argv.slice(2);
const dataset = await loadDataset(data);
const model = parseModel("lenet-300-100", dataset);
const engine = await createEngine("auto");
const start = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });

const scores = { magnitude, "magnitude increase": (end) => magnitudeIncrease(end, start) };
for (const [name, score] of Object.entries(scores)) {
  let mask = fullMask(model.parameters);
  for (let level = 0; level <= Number(levels); level++) {
    const trained = await trainNetwork(engine, rewind(start, mask), { model, dataset, steps: Number(steps) });
    const { weights } = census(model.parameters, mask);
    console.log(`${name}, level ${level}, ${weights} weights: test accuracy ${trained.test.toFixed(4)}`);
    const cut = { cut: 0.5, outputCutFactor: 0.5, scope: "layer" };
    mask = prune(model.parameters, mask, { scores: score(trained.weights), cut });
  }
}
