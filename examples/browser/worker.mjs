/** Iterative magnitude pruning in a worker: tells the page of every pause, and stops where it is told to. */
import {
  allIndices,
  census,
  datasetFromFiles,
  filesIn,
  fullMask,
  initialise,
  magnitude,
  mlp,
  openWasm,
  prune,
  rewind,
  scoreNetwork,
  trainLive,
  wasmIn,
} from "tombola-lab/browser";

const LEVELS = 6;
const STEPS = 500;
const cut = { cut: 0.4, outputCutFactor: 0.5, scope: "layer" };
const draw = { seed: 1, replicate: 0, draw: 0 };

const opened = Promise.all([openWasm(wasmIn("wasm")), datasetFromFiles("mnist", filesIn("data"), { cut: true })]);
let training;
let stopped = false;

async function findTicket() {
  const [engine, dataset] = await opened;
  const model = mlp({ name: "lenet-300-100", input: dataset.shape, outputs: dataset.outputs, hidden: [300, 100] });
  const first = initialise(model, "glorot-normal", draw);
  let mask = fullMask(model.parameters);
  for (let level = 0; level <= LEVELS && !stopped; level++) {
    const started = performance.now();
    training = trainLive(engine, rewind(first, mask), {
      ...{ model, dataset, steps: STEPS, watch: "fc1.weight", noise: { ...draw, draw: level } },
      ...{ testRows: allIndices(200), evaluateEvery: 50, pauseEvery: 50 },
    });
    for await (const { step, curve, watched } of training)
      postMessage({ kind: "pause", level, step, loss: curve.at(-1).trainLoss, inputs: perPixel(watched) });
    const { cancelled, ...network } = await training.end;
    if (cancelled) break;
    const milliseconds = (performance.now() - started) / STEPS;
    const { measure } = await scoreNetwork(engine, network, { model, dataset });
    const { weights, prunable } = census(model.parameters, mask);
    postMessage({ kind: "level", level, density: weights / prunable, accuracy: measure.value, milliseconds });
    mask = prune(model.parameters, mask, { scores: magnitude(network.weights), cut });
  }
  postMessage({ kind: "ended", stopped });
}

/** Sums of magnitudes over the 300 units that read each pixel. */
function perPixel(weights) {
  const sums = new Float32Array(784);
  weights.forEach((value, place) => {
    sums[place % 784] += Math.abs(value);
  });
  return sums;
}

const tell = (error) => postMessage({ kind: "problem", message: error.message });

addEventListener("message", ({ data }) => {
  if (data === "stop") {
    stopped = true;
    training?.cancel();
  } else {
    stopped = false;
    findTicket().catch(tell);
  }
});

opened.then(([engine, { train, test }]) => {
  postMessage({ kind: "ready", engine: engine.name, train: train.count, test: test.count });
}, tell);
