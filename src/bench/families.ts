/** Which training steps are measured: networks, their batches and densities, and what each is measured with. */
import { fail } from "../base/errors.ts";
import type { OptimizerOptions } from "../train/optimizer.ts";
import type { BenchData } from "./data.ts";

/** A network whose training step is measured. */
export interface Family {
  /** A model name, as the registry reads it. */
  readonly model: string;
  /** What it is asked for by and told as; absent: the model's name. */
  readonly name?: string;
  /** Absent: that of pruned image networks. */
  readonly optimizer?: OptimizerOptions;
  /** Edge-popup: scores are trained and choose weights in every step, once as lowering has it and once by dense kernels. */
  readonly method?: "edge-popup";
  readonly batches: readonly number[];
  /** Fractions of the prunable weights kept, the same in every layer. */
  readonly densities: readonly number[];
  /** The data set that is imitated. */
  readonly data: BenchData;
  /** Engines and threads of each of them, and of a peer, unless others are asked for. */
  readonly engines: readonly string[];
  readonly threads: number;
  /** Whether long runs of it are watched for memory that grows. */
  readonly watched: boolean;
}

/** Which step: a batch of training images under a random mask, or under one that scores choose. */
export interface StepCase {
  readonly batch: number;
  readonly density: number;
  /** Dense ones alone; absent for what training uses. */
  readonly kernels?: "dense";
}

const convolutional = {
  densities: [1, 0.2, 0.05, 0.02],
  data: "cifar10",
  engines: ["native"],
  threads: 2,
  watched: false,
} as const;

const popup = {
  method: "edge-popup",
  batches: [128],
  densities: [0.5, 0.1],
  engines: ["native"],
  threads: 2,
  watched: false,
} as const;

const sequential = { densities: [1, 0.2, 0.1], engines: ["native"], threads: 2, watched: false } as const;

/** Zaremba et al. 2014: plain SGD, clipped; rows are 35 words. */
const LANGUAGE = {
  ...sequential,
  model: "lstm-2-256-tied",
  batches: [20],
  optimizer: { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0, clipNorm: 0.25 },
} as const;

/** Devlin et al. 2019: texts of 64 ids, of the encoder's weights as many as the density says, dropout on. */
const ENCODER = {
  ...sequential,
  batches: [32],
  data: "texts",
  optimizer: { name: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 },
} as const;

/** All of them, in the order of the tables. */
export const FAMILIES: readonly Family[] = [
  {
    model: "lenet-300-100",
    batches: [60, 128],
    densities: [1, 0.2, 0.05, 0.012],
    data: "mnist",
    engines: ["native", "wasm"],
    threads: 1,
    watched: true,
  },
  { ...convolutional, model: "conv-2", batches: [60] },
  { ...convolutional, model: "resnet-20", batches: [128] },
  { ...convolutional, model: "vgg-16", batches: [128] },
  { ...popup, model: "lenet-300-100-nobias", data: "mnist" },
  { ...popup, model: "conv-4-nobias", data: "cifar10" },
  { ...LANGUAGE, data: "words" },
  { ...LANGUAGE, name: "lstm-2-256-tied-1000", data: "words-1000" },
  { ...ENCODER, model: "bert-4x128" },
  { ...ENCODER, model: "bert-6x384x12" },
];

/** What a family is called. */
export const familyName = ({ name, model }: Pick<Family, "name" | "model">): string => name ?? model;

/** The family of a model; throws `usage` where it is not measured. */
export function familyOf(model: string): Family {
  const names = FAMILIES.map(familyName);
  const rule = `must be one of ${names.join(", ")}`;
  return FAMILIES.find((family) => familyName(family) === model) ?? fail("usage", "models", { rule, got: model });
}

/** The steps of a family: every batch at every density, with each choice of kernels. */
export function stepCases({
  batches,
  densities,
  method,
}: Pick<Family, "batches" | "densities" | "method">): StepCase[] {
  const kernels: Pick<StepCase, "kernels">[] = method ? [{}, { kernels: "dense" }] : [{}];
  return batches.flatMap((batch) =>
    densities.flatMap((density) => kernels.map((kind) => ({ batch, density, ...kind }))),
  );
}

/** `lenet-300-100 b60`, `edge-popup conv-4-nobias b128`: how other programs name a training step too. */
export const stepName = (family: Pick<Family, "model" | "method" | "name">, batch: number): string =>
  `${family.method ? `${family.method} ` : ""}${familyName(family)} b${batch}`;

/** What a step is called in tables: its name, and the kernels that it is kept to. */
export const caseName = (family: Pick<Family, "model" | "method" | "name">, { batch, kernels }: StepCase): string =>
  `${stepName(family, batch)}${kernels ? `, ${kernels} kernels` : ""}`;
