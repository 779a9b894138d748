/**
 * Find a trained network inside a random one, of which no weight is trained: subset sums of random products stand for its
 * weights (Pensia et al. 2020).
 *
 *     node examples/strong-ticket.mjs [data set, default mnist] [iterations, default 3000] [hidden width, default 32]
 */
import {
  compileTarget,
  createEngine,
  initialise,
  loadDataset,
  networkOfLayers,
  parseModel,
  scoreNetwork,
  splitTrain,
  targetOf,
  trainNetwork,
  widthsOf,
} from "tombola-lab";
import "./in-words.mjs";

const [data = "mnist", steps = "3000", width = "32"] = process.argv.slice(2);
const iterations = Number(steps);
// With pixels from 0 to 1 no input is negative, and random units with a positive weight serve all of them.
const dataset = await loadDataset(`${data}?mean=0&std=1`);
const engine = await createEngine("auto");

const model = parseModel(`mlp-${width}-nobias`, dataset);
const weights = initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 });
const trained = await trainNetwork(
  engine,
  { weights, mask: null },
  {
    ...{ model, dataset, steps: iterations, batch: 64, split: splitTrain(dataset, 0) },
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 5e-4 },
    schedule: { rate: 0.1, shape: { name: "cosine", end: iterations }, warmup: 0 },
  },
);

// The random network is drawn by the draw alone: another target finds another mask in the same one.
const options = { construction: "pensia", epsilon: 0.01, units: 42, bound: 2, signed: false };
const target = targetOf(trained, model);
const built = compileTarget(target, { ...options, draw: { seed: 1, replicate: 0 } });
const random = parseModel(`mlp-${widthsOf(target, options).join("-")}-nobias`, dataset);
const ticket = networkOfLayers(built.layers, random);

const accuracy = async (network, of) => (await scoreNetwork(engine, network, { model: of, dataset })).measure.value;
const missed = built.errors.reduce((sum, each) => sum + each.missed, 0);
console.log(`${random.name}: ${built.kept} of ${built.randomParameters} random weights kept, ${missed} missed`);
console.log(`trained ${(100 * (await accuracy(trained, model))).toFixed(2)}`);
console.log(`inside the random network ${(100 * (await accuracy(ticket, random))).toFixed(2)}`);
