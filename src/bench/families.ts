/** Which training steps are measured: networks, their batches and densities, and what each is measured with. */
import { fail } from "../base/errors.ts";
import type { BenchData } from "./data.ts";

/** A network whose training step is measured. */
export interface Family {
  /** A model name, as the registry reads it. */
  readonly model: string;
  /** Edge-popup: scores are trained and choose weights in every step, once as lowering has it and once by dense kernels. */
  readonly method?: "edge-popup";
  readonly batches: readonly number[];
  /** Fractions of the prunable weights kept, the same in every layer. */
  readonly densities: readonly number[];
  /** The data set whose shape and size the images have. */
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
];

/** The family of a model; throws `usage` where it is not measured. */
export function familyOf(model: string): Family {
  const names = FAMILIES.map((family) => family.model);
  const rule = `must be one of ${names.join(", ")}`;
  return FAMILIES.find((family) => family.model === model) ?? fail("usage", "models", { rule, got: model });
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
export const stepName = ({ model, method }: Pick<Family, "model" | "method">, batch: number): string =>
  `${method ? `${method} ` : ""}${model} b${batch}`;

/** What a step is called in tables: its name, and the kernels that it is kept to. */
export const caseName = (family: Pick<Family, "model" | "method">, { batch, kernels }: StepCase): string =>
  `${stepName(family, batch)}${kernels ? `, ${kernels} kernels` : ""}`;
