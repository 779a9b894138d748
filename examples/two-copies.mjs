/**
 * Is a network stable to the noise of SGD? Train two copies of it that differ in the order of the data alone, and look at
 * the error on the straight line between them (Frankle et al. 2020).
 *
 *     node examples/two-copies.mjs [data set, default mnist] [model, default lenet-300-100] [iterations, default 3000] [k, default 0]
 */
import {
  createEngine,
  evenAlphas,
  initialise,
  instability,
  loadDataset,
  parseModel,
  scorePath,
  splitTrain,
  trainNetwork,
} from "tombola-lab";
import "./in-words.mjs";

const [data = "mnist", name = "lenet-300-100", steps = "3000", k = "0"] = process.argv.slice(2);
const dataset = await loadDataset(data);
const model = parseModel(name, dataset);
const engine = await createEngine("auto");
const noise = (draw) => ({ seed: 1, replicate: 0, draw });
const train = (network, draw, length) =>
  trainNetwork(engine, network, { model, dataset, ...length, noise: noise(draw) });

const start = { weights: initialise(model, "glorot-normal", noise(0)), mask: null };
const shared = Number(k) > 0 ? await train(start, 0, { steps: Number(k) }) : start;
const copy = (draw) => train(shared, draw, { from: Number(k), steps: Number(steps) });
const ends = { a: await copy(1), b: await copy(2) };

const train1000 = splitTrain(dataset, 0, 1000).train;
const options = { model, dataset, alphas: evenAlphas(11), train: train1000, statistics: null };
const { alphas, testError } = (await scorePath(engine, options, ends)).interpolated;
alphas.forEach((alpha, i) => {
  const bar = "#".repeat(Math.round(60 * testError[i]));
  console.log(`alpha ${alpha.toFixed(1)}  error ${(100 * testError[i]).toFixed(2).padStart(5)} %  ${bar}`);
});
const lii = 100 * instability(testError);
console.log(`LII ${lii.toFixed(2)} %: ${lii < 2 ? "stable" : "not stable"} from iteration ${k}`);
