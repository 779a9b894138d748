/** What is missing in options, or is none of the names there are, is named before anything is computed, in words of ours. */
import { expect, test } from "vitest";
import {
  attentionErrors,
  bert,
  carryOut,
  compileExperiment,
  compileTarget,
  createEngine,
  createInlineRunner,
  createPool,
  criterionMask,
  datasetOf,
  edgePopup,
  equivalence,
  errorBound,
  findNetwork,
  fullMask,
  initialise,
  interval,
  lstm,
  magnitude,
  maskedNetwork,
  maskOfScores,
  mlp,
  openStore,
  parseModel,
  planStudy,
  prune,
  randomStream,
  recomputeStatistics,
  runTrials,
  sampledMask,
  scorePath,
  separation,
  signFlip,
  startOf,
  supermask,
  TombolaError,
  thresholdMask,
  trainNetwork,
  writeFigures,
} from "../src/index.ts";

const part = { x: Float32Array.of(0, 1, 1, 0), y: [0, 1] };
const dataset = datasetOf({ shape: [2], target: 2, train: part, test: part });
const sizes = { name: "small", input: [2], hidden: [4], outputs: 2 };
const model = mlp(sizes);
const key = { seed: 1, replicate: 0, draw: 0 };
const weights = initialise(model, "glorot-normal", key);
const network = { weights, mask: null };
const mask = fullMask(model.parameters);
const scores = magnitude(weights);
const cut = { cut: 0.2, outputCutFactor: 1, scope: "layer" } as const;
const engine = await createEngine("reference");
const target = [{ outputs: 1, inputs: 1, weights: Float32Array.of(0.5), bias: null }];
const compiled = { construction: "pensia", epsilon: 0.01, units: 8, bound: 1, signed: true } as const;
const built = { ...compiled, draw: { seed: 1, replicate: 0 } };
const trials = {
  construction: "pensia",
  sizes: [1, 1],
  epsilon: 0.1,
  delta: 0.1,
  trials: 1,
  signed: true,
  seed: 1,
} as const;
const attention = { size: 2, heads: 1, tokens: 2, units: 4, draws: 1, seed: 1 };
/** What no compiler would let through. */
const no = (value: unknown) => value as never;

test.each<[string, string, () => unknown]>([
  ["mlp", "hidden", () => mlp({ ...sizes, hidden: no(3) })],
  ["mlp", "activation", () => mlp({ ...sizes, activation: no("gelu") })],
  ["bert", "width", () => bert(no({ ...sizes, layers: 1, vocabulary: 9 }))],
  ["bert", "head", () => bert(no({ ...sizes, layers: 1, width: 64, vocabulary: 9, head: "tell" }))],
  ["lstm", "units", () => lstm(no({ ...sizes, layers: 1 }))],
  ["initialise", "initialiser", () => initialise(model, no("glorot"), key)],
  ["initialise", "seed", () => initialise(model, "uniform", no(undefined))],
  ["randomStream", "stream", () => randomStream({ ...key, step: 0, item: 0, stream: no("noises") })],
  ["prune", "scores", () => prune(model.parameters, mask, no({}))],
  ["prune", "cut", () => prune(model.parameters, mask, no({ scores }))],
  ["prune", "scope", () => prune(model.parameters, mask, { scores, cut: { ...cut, scope: no("layers") } })],
  [
    "criterionMask",
    "criterion",
    () => criterionMask(model.parameters, { initial: weights, trained: weights, mask }, no({ cut, key })),
  ],
  ["startOf", "action", () => startOf({ action: no("start"), initial: weights, trained: weights, mask, key })],
  ["edgePopup", "kept", () => edgePopup(model, no({ scope: "layer" }))],
  ["edgePopup", "scope", () => edgePopup(model, { kept: 0.5, scope: no("layers") })],
  ["maskOfScores", "fc1.weight.score", () => maskOfScores(model, weights, { kept: 0.5, scope: "layer" })],
  ["thresholdMask", "fc1.weight.logit", () => thresholdMask(model, weights)],
  ["sampledMask", "fc1.weight.logit", () => sampledMask(model, weights, { ...key, sample: 0 })],
  ["separation", "fc1.weight", () => separation(model, weights, { a: weights, b: new Map() })],
  ["signFlip", "side", () => signFlip([1, 2], { side: no("left") })],
  ["interval", "method", () => interval([1, 2], { method: no("boot") })],
  ["equivalence", "margin", () => equivalence([1, 2], no(undefined))],
  ["errorBound", "epsilon", () => errorBound(target, no({}))],
  ["compileTarget", "construction", () => compileTarget(target, { ...built, construction: no("pensja") })],
  ["compileTarget", "units", () => compileTarget(target, no({ ...built, units: undefined }))],
  ["compileTarget", "bound", () => compileTarget(target, { ...built, bound: 0 })],
  ["runTrials", "sizes", () => runTrials(no({ ...trials, sizes: undefined }))],
  ["runTrials", "trials", () => runTrials({ ...trials, trials: 0 })],
  ["runTrials", "delta", () => runTrials({ ...trials, delta: 1 })],
  ["attentionErrors", "draws", () => attentionErrors({ ...attention, draws: 0 })],
  ["attentionErrors", "units", () => attentionErrors({ ...attention, units: 45 })],
  ["trainNetwork", "model", () => trainNetwork(engine, network, no(undefined))],
  ["trainNetwork", "steps", () => trainNetwork(engine, network, no({ model, dataset }))],
  ["scorePath", "model", () => scorePath(engine, no({ alphas: [0, 1] }), { a: network, b: network })],
  ["recomputeStatistics", "model", () => recomputeStatistics(engine, network, no({}))],
  ["parseModel", "shape", () => parseModel("lenet-300-100", no(undefined))],
  ["createEngine", "threads", () => createEngine("reference", { threads: 0 })],
  ["createPool", "store", () => createPool(no(undefined))],
  ["createInlineRunner", "engine", () => createInlineRunner(no({}))],
  ["openStore", "folder", () => openStore(no(undefined))],
  ["carryOut", "kind", () => carryOut(no({}))],
  ["planStudy", "datasets", () => planStudy(no({}), no({}), no({}))],
  ["findNetwork", "dataset", () => findNetwork(no({}), no(undefined))],
  ["writeFigures", "dir", () => writeFigures([], no({}))],
  ["compileExperiment", "batch", () => compileExperiment(model, no({}))],
  ["supermask", "rescale", () => supermask(model, no(undefined))],
  ["maskedNetwork", "rescale", () => maskedNetwork(weights, mask, no({}))],
])("%s names %s", async (_, where, act) => {
  const error = await Promise.resolve()
    .then(act)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TombolaError);
  expect((error as TombolaError).message.startsWith(`${where}: `)).toBe(true);
});
