/**
 * Find a strong ticket by edge-popup: no weight is trained, half of them make a good network.
 *
 *     node examples/edge-popup.mjs [data set, default mnist] [iterations, default 3000] [fraction kept, default 0.5]
 */
import {
  createEngine,
  edgePopup,
  firstScores,
  fixedWeights,
  initialise,
  loadDataset,
  maskOfScores,
  parseModel,
  rewind,
  scoreNetwork,
  trainNetwork,
} from "tombola-lab";
import "./in-words.mjs";

const [data = "mnist", steps = "3000", fraction = "0.5"] = process.argv.slice(2);
const iterations = Number(steps);
const rule = { kept: Number(fraction), scope: "layer" };
const dataset = await loadDataset(data);
const model = parseModel("lenet-300-100-nobias", dataset);
const engine = await createEngine("auto");
const key = { seed: 1, replicate: 0, draw: 0 };

const drawn = fixedWeights(model, initialise(model, "kaiming-normal", key), "signed-constant");
const scores = firstScores(model, key);
const popup = edgePopup(model, rule);
const { weights } = await trainNetwork(
  engine,
  { weights: new Map([...drawn, ...scores]), mask: null },
  {
    model: popup,
    dataset,
    steps: iterations,
    batch: 128,
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
    schedule: { rate: 0.1, shape: { name: "cosine", end: iterations }, warmup: 0 },
    noise: key,
  },
);

for (const [name, values] of [
  ["before", scores],
  ["after", weights],
]) {
  const ticket = rewind(drawn, maskOfScores(model, values, rule));
  const kept = [...ticket.mask.values()].flatMap((bits) => [...bits]).filter(Boolean).length;
  const { measure } = await scoreNetwork(engine, ticket, { model, dataset });
  console.log(`${name} training of scores: ${kept} weights, test accuracy ${measure.value.toFixed(4)}`);
}
const isSame = [...drawn].every(([name, values]) => values.every((value, i) => Object.is(value, weights.get(name)[i])));
console.log(`weights are as they were drawn: ${isSame}`);
