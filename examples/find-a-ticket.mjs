/**
 * Find a winning ticket by hand: train, prune, rewind, train again; and the same mask on fresh weights beside it.
 *
 *     node examples/find-a-ticket.mjs [data set, default mnist] [iterations, default 3000] [levels, default 8]
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
import "./in-words.mjs";

const [data = "mnist", steps = "3000", levels = "8"] = process.argv.slice(2);
const dataset = await loadDataset(data);
const model = parseModel("lenet-300-100", dataset);
const engine = await createEngine("auto");
const draw = (number) => initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: number });
const train = (network) => trainNetwork(engine, network, { model, dataset, steps: Number(steps) });

const start = draw(0);
let mask = fullMask(model.parameters);
for (let level = 0; level <= Number(levels); level++) {
  const ticket = await train(rewind(start, mask));
  const reinit = await train(rewind(draw(1 + level), mask));
  const { weights, prunable } = census(model.parameters, mask);
  const left = `${((100 * weights) / prunable).toFixed(1)} % of the weights`;
  console.log(`level ${level}, ${left}: ticket ${ticket.test.toFixed(4)}, reinit ${reinit.test.toFixed(4)}`);
  const cut = { cut: 0.4, outputCutFactor: 0.5, scope: "layer" };
  mask = prune(model.parameters, mask, { scores: magnitude(ticket.weights), cut });
}
