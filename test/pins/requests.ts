/** Small steps of every kind, by name; an input is the name of a step before. */
import type { TrainParams } from "../../src/step/train.ts";

const draw = { seed: 1, replicate: 0, draw: 0 };
const grey = { model: "mlp-12-8", data: "synthetic" } as const;
const colour = { model: "resnet-8-2", data: "synthetic-rgb" } as const;
const cut = { cut: 0.5, outputCutFactor: 0.5, scope: "layer" } as const;

const adam = { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 } as const;
const sgd = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 1e-4 } as const;

const train = (changes: Partial<TrainParams> & Pick<TrainParams, "model" | "data">): TrainParams => ({
  ...draw,
  validation: 20,
  batch: 40,
  loss: "cross-entropy",
  optimizer: adam,
  schedule: { rate: 0.01, shape: { name: "constant" }, warmup: 0 },
  from: 0,
  to: 9,
  evaluateEvery: 4,
  ...changes,
});

const convolutional = {
  ...colour,
  batch: 32,
  optimizer: sgd,
  schedule: { rate: 0.05, shape: { name: "step", milestones: [3, 5], factor: 0.1 }, warmup: 2 },
  to: 7,
} as const;

const popup = { name: "edge-popup", kept: 0.3, weights: "signed-constant", scaled: false } as const;
const learned = { name: "supermask", bias: 0 } as const;
/** Rates at which masks move in a few iterations. */
const fast = (rate: number) =>
  ({ optimizer: sgd, schedule: { rate, shape: { name: "constant" }, warmup: 0 } }) as const;

const gradual = { begin: 2, every: 2, updates: 2, cut, rounds: 2 } as const;

interface Pinned {
  readonly step: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, string>>;
}

const interpolate = { ...colour, validation: 20, points: 3, trainImages: 60, recompute: true };

/** In an order in which every input comes before its reader. */
export const PINNED: Readonly<Record<string, Pinned>> = {
  "initialise mlp": { step: "initialise", params: { ...grey, ...draw, init: "glorot-normal" } },
  "initialise mlp uniform": { step: "initialise", params: { ...grey, ...draw, replicate: 2, init: "uniform" } },
  "initialise resnet": { step: "initialise", params: { ...colour, ...draw, init: "kaiming-normal" } },
  "initialise resnet openlth": { step: "initialise", params: { ...colour, ...draw, draw: 1, init: "openlth" } },
  "initialise dropout": {
    step: "initialise",
    params: { model: "mlp-12-8-tanh-dropout0.3", data: "synthetic", ...draw, init: "kaiming-uniform" },
  },
  "train mlp dense adam": { step: "train", params: { ...train(grey) }, inputs: { network: "initialise mlp" } },
  "prune mlp layer": {
    step: "prune",
    params: { ...grey, ...cut, rounds: 2 },
    inputs: { network: "train mlp dense adam" },
  },
  "prune mlp global": {
    step: "prune",
    params: { ...grey, ...cut, outputCutFactor: 1, scope: "global", rounds: 1 },
    inputs: { network: "train mlp dense adam" },
  },
  "randomise random": {
    step: "randomise",
    params: { how: "random", ...grey, ...draw, draw: 2 },
    inputs: { mask: "prune mlp layer" },
  },
  "randomise shuffle": {
    step: "randomise",
    params: { how: "shuffle", ...grey, ...draw, draw: 2 },
    inputs: { mask: "prune mlp layer" },
  },
  "train mlp sparse adam": {
    step: "train",
    params: { ...train({ ...grey, draw: 1 }) },
    inputs: { network: "initialise mlp", mask: "prune mlp layer" },
  },
  "train mlp sparse sgd": {
    step: "train",
    params: { ...train({ ...grey, optimizer: { ...sgd, nesterov: true }, loss: "squared-error" }) },
    inputs: { network: "initialise mlp", mask: "randomise random" },
  },
  "train mlp stretched": {
    step: "train",
    params: { ...train({ ...grey, stretch: { most: 2 } }) },
    inputs: { network: "initialise mlp", mask: "prune mlp layer" },
  },
  "train dropout adamw cosine": {
    step: "train",
    params: {
      ...train({
        model: "mlp-12-8-tanh-dropout0.3",
        data: "synthetic",
        optimizer: { ...adam, name: "adamw", weightDecay: 0.01 },
        schedule: { rate: 0.01, shape: { name: "cosine", end: 9 }, warmup: 2 },
        validation: 0,
      }),
    },
    inputs: { network: "initialise dropout" },
  },
  "train gradual": {
    step: "train",
    params: { ...train({ ...grey, method: { name: "gradual", by: "magnitude", ...gradual } }) },
    inputs: { network: "initialise mlp" },
  },
  "train gradual random": {
    step: "train",
    params: { ...train({ ...grey, method: { name: "gradual", by: "random", ...gradual } }) },
    inputs: { network: "initialise mlp" },
  },
  "train variational": {
    step: "train",
    params: { ...train({ ...grey, method: { name: "variational", rate: 3, begin: 0, end: 5 } }) },
    inputs: { network: "initialise mlp" },
  },
  "train l0": {
    step: "train",
    params: { ...train({ ...grey, method: { name: "l0", rate: 30, begin: 1, end: 5 } }) },
    inputs: { network: "initialise mlp" },
  },
  "train edge-popup": {
    step: "train",
    params: { ...train({ ...grey, ...fast(0.5), method: { ...popup, scope: "layer" } }) },
    inputs: { network: "initialise mlp" },
  },
  "train edge-popup global": {
    step: "train",
    params: { ...train({ ...convolutional, ...fast(0.5), method: { ...popup, scope: "global", scaled: true } }) },
    inputs: { network: "initialise resnet" },
  },
  "train supermask": {
    step: "train",
    params: { ...train({ ...grey, ...fast(20), method: { ...learned, weights: "initial", rescale: false } }) },
    inputs: { network: "initialise mlp" },
  },
  "train supermask rescaled": {
    step: "train",
    params: { ...train({ ...grey, ...fast(20), method: { ...learned, weights: "constant", rescale: true } }) },
    inputs: { network: "initialise mlp" },
  },
  "train signed supermask": {
    step: "train",
    params: {
      ...train({
        ...{ ...grey, ...fast(0.05), method: { name: "signed-supermask", threshold: 0.01 } },
        optimizer: { ...sgd, name: "sgdw", nesterov: true, weightDecay: 0.01 },
      }),
    },
    inputs: { network: "initialise mlp" },
  },
  "train resnet dense": {
    step: "train",
    params: { ...train(convolutional) },
    inputs: { network: "initialise resnet" },
  },
  "train resnet augmented adam": {
    step: "train",
    params: { ...train({ ...convolutional, draw: 1, optimizer: adam, augment: { crop: 4, flip: true } }) },
    inputs: { network: "initialise resnet" },
  },
  "prune resnet": {
    step: "prune",
    params: { ...colour, cut: 0.6, outputCutFactor: 1, scope: "global", rounds: 1 },
    inputs: { network: "train resnet dense" },
  },
  "prune resnet filters": {
    step: "prune",
    params: { ...colour, cut: 0.5, outputCutFactor: 1, scope: "layer", unit: "filter", rounds: 1 },
    inputs: { network: "train resnet dense" },
  },
  "train resnet sparse": {
    step: "train",
    params: { ...train({ ...convolutional, augment: { crop: 4, flip: true }, trainSize: 80 }) },
    inputs: { network: "initialise resnet", mask: "prune resnet" },
  },
  "trunk resnet": {
    step: "trunk",
    params: trunkOf(train({ ...convolutional, to: 3 })),
    inputs: { network: "initialise resnet" },
  },
  "train from trunk": {
    step: "train",
    params: { ...train({ ...convolutional, from: 3, draw: 1 }) },
    inputs: { network: "trunk resnet" },
  },
  "train from trunk again": {
    step: "train",
    params: { ...train({ ...convolutional, from: 3, draw: 2 }) },
    inputs: { network: "trunk resnet" },
  },
  "criterion mlp": {
    step: "criterion",
    params: { ...grey, ...draw, ...cut, criterion: "magnitude_increase_same_sign", rounds: 1 },
    inputs: { initial: "initialise mlp", trained: "train mlp dense adam" },
  },
  "criterion mlp two-sided": {
    step: "criterion",
    params: { ...grey, ...draw, ...cut, criterion: "large_init_large_final", rounds: 1 },
    inputs: { initial: "initialise mlp", trained: "train mlp dense adam", mask: "criterion mlp" },
  },
  "restart mlp": {
    step: "restart",
    params: { ...grey, ...draw, action: "signed_reshuffle_rescaling" },
    inputs: { initial: "initialise mlp", mask: "criterion mlp" },
  },
  "restart mlp frozen": {
    step: "restart",
    params: { ...grey, ...draw, action: "zero_reshuffle" },
    inputs: { initial: "initialise mlp", trained: "train mlp dense adam", mask: "criterion mlp" },
  },
  "train mlp frozen": {
    step: "train",
    params: { ...train({ ...grey, cutWeights: "frozen" }) },
    inputs: { network: "restart mlp frozen", mask: "criterion mlp" },
  },
  interpolate: {
    step: "interpolate",
    params: interpolate,
    inputs: { a: "train from trunk", b: "train from trunk again", origin: "trunk resnet" },
  },
  "interpolate aligned by weights": {
    step: "interpolate",
    params: { ...interpolate, align: "weights" },
    inputs: { a: "train from trunk", b: "train resnet augmented adam" },
  },
  "interpolate aligned by activations": {
    step: "interpolate",
    params: { ...interpolate, align: "activations" },
    inputs: { a: "train from trunk", b: "train resnet augmented adam" },
  },
};

function trunkOf({ from: _, ...params }: TrainParams): Readonly<Record<string, unknown>> {
  return { ...params };
}
