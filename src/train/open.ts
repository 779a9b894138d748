/** Opening programs of a network on a data set: the one place where all three are checked. */
import { requireFields } from "../base/checks.ts";
import { checkDataset } from "../dataset/check.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { type Engine, type Instance, writeParameter } from "../engine/engine.ts";
import { checkFits, checkNetwork } from "../model/check.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import type { Network } from "../model/tensors.ts";
import { compile, type SectionSource } from "../program/compile.ts";
import type { Program } from "../program/program.ts";
import { scalingsOf } from "./experiment.ts";

/** A model and the data set that it is trained or scored on; floats are standardised. */
export interface Fitted {
  /** Fitted to the data set: its inputs and its outputs. */
  readonly model: Model;
  /** That keeps the rules of `checkDataset`. */
  readonly dataset: Dataset;
}

/** Throws `data` or `usage` where one is missing, the data set or the networks break a rule, or the model does not fit the data set. */
export function checkAll(fitted: Fitted, networks: Readonly<Record<string, Network>> = {}): void {
  requireFields("what trains or scores", fitted, ["model", "dataset"]);
  const { model, dataset } = fitted;
  checkDataset(dataset);
  checkFits(model, dataset);
  for (const [where, network] of Object.entries(networks)) checkNetwork(model, network, where);
}

/** Compiles the sections for the data set, under a mask where there is one. */
export function compileFor(
  dataset: Dataset,
  sections: Readonly<Record<string, SectionSource>>,
  mask: Mask | null,
): Program {
  return compile(sections, { scalings: scalingsOf(dataset), ...(mask ? { mask } : {}) });
}

/** Opens a program with these weights; those that it does not read are left out. */
export async function openWith(engine: Engine, program: Program, weights: Weights): Promise<Instance> {
  const instance = await engine.open(program);
  writeWeights(instance, weights);
  return instance;
}

/** Writes all weights that the instance's program has. */
export function writeWeights(instance: Instance, weights: Weights): void {
  for (const [name, values] of weights) {
    if (instance.program.parameters.has(name)) writeParameter(instance, name, values);
  }
}
