/** How long a plan will take, from the times of a few steps on this machine. */

import type { Dataset } from "../dataset/dataset.ts";
import type { TrainSplit } from "../dataset/split.ts";
import { firstRows } from "../dataset/table.ts";
import type { HostEngine, HostInstance } from "../engine/engine.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { uniformMask } from "../prune/uniform.ts";
import { beginMethod } from "../step/method.ts";
import type { TrainParams } from "../step/train.ts";
import { rewind } from "../train/network.ts";
import { train } from "../train/train.ts";
import type { Training } from "../train/training.ts";
import type { PlannedNetwork } from "./plan.ts";

/** Seconds at one density: of a training iteration, and of scoring an image. */
export interface Times {
  readonly density: number;
  readonly iteration: number;
  readonly image: number;
}

const KEY = { seed: 1, replicate: 0, draw: 0 };
const DENSITIES = 3;
/** Iterations of which the fastest counts; enough for a warm cache. */
const ITERATIONS = 3;
/** Images scored: whole batches of the evaluation. */
const IMAGES = 128;

/** Runs a few steps of the first of networks of one model, at up to three of their densities, largest first. */
export async function measureTimes(
  all: readonly PlannedNetwork[],
  { dataset, engine }: { dataset: Dataset; engine: HostEngine },
): Promise<Times[]> {
  const densities = [...new Set(all.map(({ density }) => density))].sort((a, b) => b - a);
  const shown = Math.min(DENSITIES, densities.length);
  const places = Array.from({ length: shown }, (_, i) =>
    Math.round((i * (densities.length - 1)) / Math.max(1, shown - 1)),
  );
  const times: Times[] = [];
  for (const place of places) times.push(await timesAt(densities[place]!, all[0]!.params!, { dataset, engine }));
  return times;
}

async function timesAt(
  density: number,
  { model: name, replicate: _, method, ...params }: TrainParams,
  { dataset, engine }: { dataset: Dataset; engine: HostEngine },
): Promise<Times> {
  const model = parseModel(name, dataset);
  const split: TrainSplit = {
    train: Int32Array.from({ length: dataset.train.count }, (_, i) => i),
    validation: new Int32Array(0),
  };
  const small = { ...dataset, test: firstRows(dataset.test, IMAGES) };
  const length = { from: 0, to: ITERATIONS, evaluateEvery: ITERATIONS };
  const asked: Training = { ...params, ...length, model, dataset: small, split, noise: KEY };
  const { timed, fastest } = timing(engine);
  const weights = initialise(model, "kaiming-normal", KEY);
  const network = density < 1 ? rewind(weights, uniformMask(model.parameters, density, KEY)) : { weights, mask: null };
  const training = measured(method)
    ? beginMethod(short(method), { engine: timed, asked, network, resume: null }).training
    : train(timed, asked, network);
  while (!(await training.next()).done);
  const sum = (times: readonly number[]) => times.reduce((before, time) => before + time, 0);
  const iterations = fastest("train");
  const iteration = sum(iterations) / iterations.length;
  return { density, iteration, image: sum(fastest("evaluate")) / small.test.count };
}

/** Whether an iteration of a method takes a time of its own; gradual pruning trains as others do, at its densities. */
export function measured(method: TrainParams["method"]): method is NonNullable<TrainParams["method"]> {
  return method !== undefined && method.name !== "gradual";
}

/** A method in a training of a few iterations, within which GEM-MINER must freeze scores. */
function short(method: NonNullable<TrainParams["method"]>): NonNullable<TrainParams["method"]> {
  return method.name === "gem-miner" ? { ...method, every: 1 } : method;
}

/** An engine that notes the shortest time of each section, in seconds. */
function timing(engine: HostEngine) {
  const best = new Map<string, number>();
  const open: HostEngine["open"] = (program) => {
    const instance = engine.open(program);
    const run: HostInstance["run"] = (section) => {
      const before = performance.now();
      instance.run(section);
      best.set(section, Math.min(best.get(section) ?? Number.POSITIVE_INFINITY, (performance.now() - before) / 1000));
    };
    return { ...instance, run };
  };
  // Of texts, one for each length.
  const isOf = (section: string) => (name: string) => name === section || name.startsWith(`${section}:`);
  const fastest = (section: string) => [...best.keys()].filter(isOf(section)).map((name) => best.get(name)!);
  return { timed: { ...engine, open }, fastest };
}

/** About the seconds that a network takes on one core, its scores on the way included; times between the measured densities are straight lines. */
export function secondsOf(
  { density, iterations, work = 1, params, lineImages }: PlannedNetwork,
  times: readonly Times[],
  test: number,
): number {
  const { iteration, image } = timeAt(density, times);
  if (lineImages !== undefined) return lineImages * image;
  if (params === null) return 0;
  const { evaluateEvery, validation } = params;
  const scores = 1 + Math.ceil(iterations / evaluateEvery);
  // With validation images, the test set is scored at each new best alone: about every other time.
  const images = scores * (validation > 0 ? validation + test / 2 : test);
  // Of methods the iterations that were measured are their own.
  return iterations * (measured(params.method) ? 1 : work) * iteration + images * image;
}

function timeAt(density: number, times: readonly Times[]): Times {
  const right = Math.max(
    1,
    times.findIndex((each) => each.density <= density),
  );
  const [above, below] = [
    times[Math.min(right, times.length - 1) - 1] ?? times[0]!,
    times[Math.min(right, times.length - 1)]!,
  ];
  const share = above.density === below.density ? 0 : (above.density - density) / (above.density - below.density);
  const between = (a: number, b: number) => a + share * (b - a);
  return { density, iteration: between(above.iteration, below.iteration), image: between(above.image, below.image) };
}
