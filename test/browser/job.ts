/** What Node and a page both do, with the same bits: from files to trained networks. */
import {
  allIndices,
  type Dataset,
  type Engine,
  fullMask,
  initialise,
  initialiseStep,
  type LiveTraining,
  magnitude,
  maskOf,
  type Network,
  networkOf,
  optimizerOf,
  parseModel,
  prune,
  pruneStep,
  type Runner,
  request,
  rewind,
  scoreNetwork,
  sha256Hex,
  type TrainParams,
  type TrainState,
  trainLive,
  trainStep,
  type Weights,
} from "../../src/browser.ts";

const MODEL = "lenet-300-100";
const STEPS = 300;
const draw = { seed: 1, replicate: 0, draw: 0 };

/** One SHA-256 over those of all weights, in the order of the model. */
export function hashOf(weights: Weights): string {
  const each = [...weights.values()].map(({ buffer, byteOffset, byteLength }) =>
    sha256Hex(new Uint8Array(buffer, byteOffset, byteLength)),
  );
  return sha256Hex(new TextEncoder().encode(each.join(" ")));
}

/** Loops to the end, or up to a step, where it cancels. */
async function looped(training: LiveTraining, cancelAt = Number.POSITIVE_INFINITY) {
  const seen: (number | null)[][] = [];
  for await (const { step, loss, watched } of training) {
    seen.push([step, loss, watched?.length ?? null]);
    if (step >= cancelAt) training.cancel();
  }
  return { seen, ...(await training.end) };
}

/** Trains LeNet for 300 iterations, dense and with a twentieth of its weights, the latter cancelled on the way and resumed. */
export async function trainBoth(engine: Engine, dataset: Dataset) {
  const model = parseModel(MODEL, dataset);
  const weights = initialise(model, "glorot-normal", draw);
  const cut = { cut: 0.95, outputCutFactor: 1, scope: "layer" } as const;
  const mask = prune(model.parameters, fullMask(model.parameters), { scores: magnitude(weights), cut });
  const live = (network: Network, resume?: TrainState) =>
    trainLive(engine, network, {
      ...{ model, dataset, steps: STEPS, evaluateEvery: 100, testRows: allIndices(50), pauseEvery: 60 },
      ...{ watch: "fc1.weight", ...(resume && { resume }) },
    });
  const dense = await looped(live({ weights, mask: null }));
  const ticket = rewind(weights, mask);
  const half = await looped(live(ticket), 120);
  const sparse = await looped(live(ticket, half.state));
  const score = (rows: number) => scoreNetwork(engine, sparse, { model, dataset, rows: allIndices(rows) });
  return {
    dense: hashOf(dense.weights),
    sparse: hashOf(sparse.weights),
    seen: dense.seen,
    curve: dense.curve,
    cancelled: [half.cancelled, half.state.step, sparse.cancelled],
    scores: [await score(20), await score(dataset.test.count)],
  };
}

/** A network drawn, trained, pruned, and its ticket trained, as steps of a runner; two trainings at once. */
export async function runSteps(runner: Runner, dataset: Dataset) {
  const params: TrainParams = {
    ...{ model: MODEL, data: dataset.name, ...draw, validation: 0, batch: 60, loss: "cross-entropy" },
    ...{ optimizer: optimizerOf("adam"), schedule: { rate: 1.2e-3, shape: { name: "constant" }, warmup: 0 } },
    ...{ from: 0, to: 100, evaluateEvery: 50 },
  };
  const fresh = request(initialiseStep, { model: MODEL, data: dataset.name, ...draw, init: "glorot-normal" });
  const network = await runner.run(fresh);
  const trained = await runner.run(request(trainStep, params, { network }));
  const cut = { cut: 0.9, outputCutFactor: 0.5, scope: "layer" } as const;
  const mask = await runner.run(
    request(pruneStep, { model: MODEL, data: dataset.name, rounds: 1, ...cut }, { network: trained }),
  );
  const tickets = [0, 1].map((each) => runner.run(request(trainStep, { ...params, draw: each }, { network, mask })));
  const model = parseModel(MODEL, dataset);
  const hash = async (key: string) => hashOf(networkOf(await runner.store.read(key), model).weights);
  const kept = [...maskOf(await runner.store.read(mask), model).values()].map((bits) =>
    bits.reduce((a, b) => a + b, 0),
  );
  const keys = await Promise.all(tickets);
  return { keys, kept, hashes: await Promise.all(keys.map(hash)) };
}
