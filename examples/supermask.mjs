/**
 * Learn a supermask: every weight stays as it was drawn and is there with a probability, which is what is trained.
 *
 *     node examples/supermask.mjs [data set, default mnist without normalisation] [iterations, default 5000] [rate, default 100]
 */
import {
  createEngine,
  fixedWeights,
  initialise,
  LOGIT,
  loadDataset,
  maskedNetwork,
  parseModel,
  sampledMask,
  scoreNetwork,
  supermask,
  thresholdMask,
  trainNetwork,
} from "tombola-lab";
import "./in-words.mjs";

const [data = "mnist?mean=0&std=1", steps = "5000", rate = "100"] = process.argv.slice(2);
const dataset = await loadDataset(data);
const model = parseModel("lenet-300-100", dataset);
const engine = await createEngine("auto");
const key = { seed: 1, replicate: 0, draw: 0 };

// Weights of one magnitude in every layer, divided by the share that a mask keeps, and even odds for each.
const options = { rescale: true };
const drawn = fixedWeights(model, initialise(model, "glorot-normal", key), "constant");
const logits = model.parameters
  .filter(({ prunable }) => prunable)
  .map(({ name }) => [name + LOGIT, drawn.get(name).map(() => 0)]);
const { weights } = await trainNetwork(
  engine,
  { weights: new Map([...drawn, ...logits]), mask: null },
  {
    model: supermask(model, options),
    dataset,
    steps: Number(steps),
    batch: 128,
    optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 },
    schedule: { rate: Number(rate), shape: { name: "constant" }, warmup: 0 },
    noise: key,
  },
);

async function tell(how, mask) {
  const bits = [...mask.values()].flatMap((each) => [...each]);
  const kept = (100 * bits.filter(Boolean).length) / bits.length;
  const { measure } = await scoreNetwork(engine, maskedNetwork(drawn, mask, options), { model, dataset });
  console.log(`${how}: ${kept.toFixed(1)} % of the weights, test accuracy ${measure.value.toFixed(4)}`);
}

for (const sample of [0, 1, 2]) await tell(`mask ${sample} drawn`, sampledMask(model, weights, { ...key, sample }));
await tell("weights at least as likely as not", thresholdMask(model, weights));
