/** Trainings of masks over weights that never change, as ways of the step `train`. */
import type { Engine } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import { census } from "../prune/census.ts";
import { maskOfScores } from "../prune/edge-popup.ts";
import { gemMask } from "../prune/gem-miner.ts";
import { taskOf } from "../task/registry.ts";
import { type EdgePopup, edgePopup, firstScores } from "../train/edge-popup.ts";
import { type FixedWeights, fixedWeights } from "../train/fixed-weights.ts";
import { firstGems, type GemMiner, gemMiner } from "../train/gem-miner.ts";
import { scoreNetwork } from "../train/network.ts";
import { firstSigns, type SignedSupermask, signedNetwork, signedSupermask } from "../train/signed-supermask.ts";
import type { TrainState } from "../train/state.ts";
import { LOGIT, maskedNetwork, sampledMask, supermask, thresholdMask } from "../train/supermask.ts";
import { train } from "../train/train.ts";
import type { Training } from "../train/training.ts";
import { mine } from "./gem-miner.ts";
import type { MethodOptions, MethodTraining } from "./method.ts";

/** Edge-popup; `scaled`: weights are divided by the root of the fraction kept, as if the fan in were that of the kept. */
export interface EdgePopupMethod extends EdgePopup {
  readonly name: "edge-popup";
  readonly weights: Extract<FixedWeights, "initial" | "signed-constant">;
  readonly scaled: boolean;
}

/** Learned supermasks; `bias` is the logit that all weights start from, 0 for even odds. */
export interface SupermaskMethod {
  readonly name: "supermask";
  readonly weights: Extract<FixedWeights, "initial" | "constant">;
  readonly rescale: boolean;
  readonly bias: number;
}

/** Signed supermasks; weights are the signs of the network's times sqrt(6 / fan in). */
export interface SignedMethod extends SignedSupermask {
  readonly name: "signed-supermask";
}

/** GEM-MINER; fewer weights than `kept` may be there, for a score that is not frozen may be below 1/2. */
export interface GemMinerMethod extends GemMiner {
  readonly name: "gem-miner";
  readonly weights: EdgePopupMethod["weights"];
}

export type LearnedMask = EdgePopupMethod | SupermaskMethod | SignedMethod | GemMinerMethod;

/** What is told of a trained mask beside what every training says. */
export interface MaskResult {
  /** The best that an evaluation found on the test set, as papers report it: chosen by the test set, so no estimate. */
  readonly bestOnTest: { readonly step: number; readonly value: number } | null;
  /** Whether every bit of every weight is as it was before the first iteration; absent of artifacts from before it was told. */
  readonly weightsUntouched?: boolean;
  /** Means over masks that are drawn as in training, one for all of the test set. */
  readonly sampled?: {
    readonly count: number;
    readonly value: number;
    readonly loss: number;
    readonly density: number;
  };
}

/** Masks that a learned supermask is scored by (Zhou et al. 2019). */
const SAMPLES = 10;

/** What differs between the ways. */
interface Way {
  readonly model: Model;
  /** Parameters beside the weights. */
  readonly first: Weights;
  readonly weights: Weights;
  readonly networkOf: (weights: Weights, state: TrainState) => Network;
  readonly sample?: (weights: Weights, state: TrainState, sample: number) => Network;
  /** Where scores are frozen on the way, which sets their weights to 0. */
  readonly mining?: GemMiner;
}

/** Begins or continues a training of a mask. The network that it ends with has the weights that it began with. */
export function beginLearnedMask(
  method: LearnedMask,
  { engine, asked, network, resume }: MethodOptions,
): MethodTraining {
  const way = wayOf(method, asked, network);
  const start = { weights: new Map([...way.weights, ...way.first]), mask: null };
  const own = (state: TrainState) =>
    new Map(asked.model.parameters.map(({ name }) => [name, state.values.get(name)!] as const));
  return {
    training: trainBy(way, { engine, asked, start, resume: resume ?? undefined }),
    networkOf: (state) => way.networkOf(own(state), state),
    async tell(state): Promise<MaskResult> {
      const weightsUntouched = sameBits(own(state), way.weights, { zeros: way.mining !== undefined });
      const told = { bestOnTest: bestOnTest(state, asked), weightsUntouched };
      if (!way.sample) return told;
      let [value, loss, density] = [0, 0, 0];
      for (let sample = 0; sample < SAMPLES; sample++) {
        const network = way.sample(own(state), state, sample);
        const score = await scoreNetwork(engine, network, asked);
        const { weights, prunable } = census(asked.model.parameters, network.mask);
        value += score.measure.value / SAMPLES;
        loss += score.loss / SAMPLES;
        density += weights / prunable / SAMPLES;
      }
      return { ...told, sampled: { count: SAMPLES, value, loss, density } };
    },
  };
}

interface Begun {
  readonly engine: Engine;
  readonly asked: Training;
  readonly start: Network;
  readonly resume: TrainState | undefined;
}

function trainBy({ model, mining }: Way, { engine, asked, start, resume }: Begun): MethodTraining["training"] {
  const training = { ...asked, model };
  if (!mining) return train(engine, training, start, resume);
  return mine({ engine, training, model: asked.model, start, rule: mining, resume });
}

function wayOf(method: LearnedMask, asked: Training, start: Network): Way {
  if (method.name === "edge-popup") return edgePopupWay(method, asked, start);
  if (method.name === "gem-miner") return gemMinerWay(method, asked, start);
  return method.name === "supermask" ? supermaskWay(method, asked, start) : signedWay(method, asked, start);
}

function edgePopupWay({ kept, scope, weights: how, scaled }: EdgePopupMethod, asked: Training, start: Network): Way {
  const { model, noise } = asked;
  const factor = scaled ? Math.sqrt(1 / kept) : 1;
  return {
    model: edgePopup(model, { kept, scope }),
    first: firstScores(model, noise),
    weights: fixedWeights(model, start.weights, how, factor),
    networkOf: (weights, { values }) => masked(weights, maskOfScores(model, values, { kept, scope })),
  };
}

function supermaskWay({ rescale, weights: how, bias }: SupermaskMethod, asked: Training, start: Network): Way {
  const { model, noise } = asked;
  const logits = model.parameters
    .filter(({ prunable }) => prunable)
    .map(({ name }) => [name + LOGIT, start.weights.get(name)!.map(() => bias)] as const);
  return {
    model: supermask(model, { rescale }),
    first: new Map(logits),
    weights: fixedWeights(model, start.weights, how),
    networkOf: (weights, { values }) => maskedNetwork(weights, thresholdMask(model, values), { rescale }),
    sample: (weights, { values }, sample) =>
      maskedNetwork(weights, sampledMask(model, values, { ...noise, sample }), { rescale }),
  };
}

function signedWay({ threshold }: SignedMethod, { model, noise }: Training, start: Network): Way {
  return {
    model: signedSupermask(model, { threshold }),
    first: firstSigns(model, noise),
    weights: fixedWeights(model, start.weights, "signed-bound"),
    networkOf: (weights, { values }) => signedNetwork(weights, values, { threshold }),
  };
}

function gemMinerWay({ kept, every, weights: how }: GemMinerMethod, { model, noise }: Training, start: Network): Way {
  return {
    model: gemMiner(model),
    first: firstGems(model, noise),
    weights: fixedWeights(model, start.weights, how),
    networkOf: (weights, { values }) => masked(weights, gemMask(model, values)),
    mining: { kept, every },
  };
}

const masked = (weights: Weights, mask: Mask) => maskedNetwork(weights, mask, { rescale: false });

/** Whether all values of `first` are there bit by bit, or are +0 where `zeros` may be. */
function sameBits(values: Weights, first: Weights, { zeros }: { zeros: boolean }): boolean {
  const bitsOf = ({ buffer, byteOffset, length }: Float32Array) => new Uint32Array(buffer, byteOffset, length);
  return [...first].every(([name, own]) => {
    const bits = bitsOf(own);
    return bitsOf(values.get(name)!).every((bit, i) => bit === bits[i] || (zeros && bit === 0));
  });
}

/** The best of all evaluations on the test set after the first, by the direction of the task's measure. */
function bestOnTest({ curve }: TrainState, { task, dataset, from }: Training): MaskResult["bestOnTest"] {
  const [{ direction }] = (task ?? taskOf(dataset)).measures(dataset);
  const sign = direction === "up" ? 1 : -1;
  const points = curve.flatMap(({ step, test }) => (test !== undefined && step > from ? [{ step, value: test }] : []));
  return points.reduce<MaskResult["bestOnTest"]>(
    (best, point) => (best === null || sign * point.value > sign * best.value ? point : best),
    null,
  );
}
