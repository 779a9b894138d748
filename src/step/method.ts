/** Ways to make a network sparse while it trains: what the step `train` does where its parameters name one. */
import type { Engine } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import { type Gradual, gradualPlan } from "../prune/gradual.ts";
import { maskOf, trainGradually } from "../train/gradual.ts";
import { FIRST_LOG_ODDS, gateOf, LOG_ODDS, l0 } from "../train/l0.ts";
import { rewind } from "../train/network.ts";
import { withoutDecay } from "../train/optimizer.ts";
import type { Ramp } from "../train/penalty.ts";
import type { TrainState } from "../train/state.ts";
import { type Pause, train } from "../train/train.ts";
import type { Training } from "../train/training.ts";
import { FIRST_LOG_VARIANCE, LOG_VARIANCE, logAlpha, PRUNED_LOG_ALPHA, variational } from "../train/variational.ts";
import { beginLearnedMask, type LearnedMask } from "./learned-masks.ts";

/**
 * Gradual pruning; a penalty on every weight, whose full rate is `rate` over the number of training images; or a mask that
 * is learnt over weights as they are. Plain JSON, since it is hashed.
 */
export type Method =
  | ({ readonly name: "gradual" } & Gradual)
  | ({ readonly name: "variational" | "l0" } & Ramp)
  | LearnedMask;

/** What a method starts from, and the state that an interrupted training left. */
export interface MethodOptions {
  readonly engine: Engine;
  readonly asked: Training;
  readonly network: Network;
  readonly resume: TrainState | null;
}

/** A training, and the network that its last state stands for. */
export interface MethodTraining {
  readonly training: AsyncGenerator<Pause, TrainState>;
  readonly networkOf: (state: TrainState) => Network;
  /** What else the artifact says of itself. */
  readonly tell?: (state: TrainState) => Promise<object>;
}

const isPenalty = (method: Method): method is Extract<Method, Ramp> => method.name in PENALISED;

/** Begins or continues a training by a method. */
export function beginMethod(method: Method, options: MethodOptions): MethodTraining {
  if (isPenalty(method)) return beginPenalty(method, options);
  if (method.name !== "gradual") return beginLearnedMask(method, options);
  const { engine, asked, network, resume } = options;
  const plan = gradualPlan(asked.model.parameters, method, asked.noise);
  return {
    training: trainGradually(engine, asked, { network, plan, resume: resume ?? undefined }),
    networkOf: (state) => rewind(valuesOf(asked.model, state), maskOf(state)!),
  };
}

/** The values of a model's parameters in a state; of one that nothing read, those that training began with. */
export function valuesOf({ parameters }: Model, { values }: TrainState, first?: Weights): Map<string, Float32Array> {
  return new Map(parameters.map(({ name }) => [name, values.get(name) ?? first!.get(name)!]));
}

/** What a penalty needs of a model, and which value each weight ends with: 0 where it is pruned. */
interface Penalised {
  readonly model: (model: Model) => Model;
  readonly suffix: string;
  /** Of the additional parameters. */
  readonly first: number;
  readonly last: (weight: number, beside: number) => number;
}

const PENALISED: Readonly<Record<"variational" | "l0", Penalised>> = {
  variational: {
    model: variational,
    suffix: LOG_VARIANCE,
    first: FIRST_LOG_VARIANCE,
    last: (mean, logVariance) => (logAlpha(mean, logVariance) < PRUNED_LOG_ALPHA ? mean : 0),
  },
  l0: { model: l0, suffix: LOG_ODDS, first: FIRST_LOG_ODDS, last: (weight, logOdds) => weight * gateOf(logOdds) },
};

/** An early stop would be that of a network of another density. */
async function* withoutEarlyStop(training: AsyncGenerator<Pause, TrainState>): AsyncGenerator<Pause, TrainState> {
  return { ...(yield* training), earlyStop: null };
}

/** Weights decay by the penalty alone. */
function beginPenalty(
  { name, rate, ...ramp }: Extract<Method, Ramp>,
  { engine, asked, network, resume }: MethodOptions,
): MethodTraining {
  const { model, suffix, first, last } = PENALISED[name];
  const weights = asked.model.parameters.filter(({ prunable }) => prunable);
  const beside = weights.map(({ name }) => [name + suffix, network.weights.get(name)!.map(() => first)] as const);
  const penalty = { ...ramp, rate: rate / asked.split.train.length };
  const optimizer = withoutDecay(asked.optimizer);
  const replaced = { ...asked, model: model(asked.model), optimizer, penalty };
  const start = { weights: new Map([...network.weights, ...beside]), mask: null };
  return {
    training: withoutEarlyStop(train(engine, replaced, start, resume ?? undefined)),
    networkOf(state) {
      const ends = weights.map(({ name }): [string, Float32Array] => {
        const others = state.values.get(name + suffix)!;
        return [name, state.values.get(name)!.map((weight, i) => last(weight, others[i]!))];
      });
      const mask = new Map(ends.map(([name, values]) => [name, Uint8Array.from(values, (value) => +(value !== 0))]));
      return rewind(new Map([...valuesOf(asked.model, state), ...ends]), mask);
    },
  };
}
