/** `tombola evaluate`: scores weights that somebody trained, here or elsewhere. */

import type { Command } from "commander";
import { fail } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { loadDataset } from "../dataset/load.ts";
import { datasetInfo } from "../dataset/registry.ts";
import { createEngine } from "../engine/choose.ts";
import { type Engine, writeParameter } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import { MODEL_NAMES, parseModel } from "../model/registry.ts";
import { type Network, networkFromSafetensors } from "../model/tensors.ts";
import { compile } from "../program/compile.ts";
import { readIfThere } from "../store/files.ts";
import { allIndices, evaluate, type Score } from "../train/evaluate.ts";
import { EVALUATION_BATCH, evaluationGraph, normalisationOf } from "../train/step.ts";
import { downloadTalk } from "./download-talk.ts";
import { addOption, addShared, type SharedOptions, text } from "./options.ts";
import { print, printJson } from "./output.ts";

interface EvaluateOptions extends SharedOptions {
  readonly model?: string;
  readonly weights?: string;
}

/** Adds the verb `evaluate`. */
export function addEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .description("score the weights of a safetensors file on a test set; masks in it make the network sparse");
  addOption(command, "--model <name>", `${MODEL_NAMES.join(" or ")} (default: lenet-300-100)`, text);
  addOption(command, "--weights <file>", "safetensors with PyTorch's names and layouts, such as fc1.weight", text);
  addShared(command, "data", "dataDir", "engine", "json").action(evaluateFile);
}

async function evaluateFile(options: EvaluateOptions): Promise<void> {
  const { model: name = "lenet-300-100", weights: path, data = "mnist", dataDir, engine = "auto", json } = options;
  if (path === undefined) return fail("usage", "--weights", { rule: "is needed: the file to score" });
  const model = parseModel(name, datasetInfo(data));
  const bytes = (await readIfThere(path)) ?? fail("data", path, { rule: "the file must exist" });
  const network = networkFromSafetensors(bytes, model.parameters, path);
  const dataset = await load(data, dataDir);
  const { n, accuracy, loss } = score(await createEngine(engine), { model, network, dataset });
  if (json) printJson({ n, testAccuracy: accuracy, testLoss: loss });
  else print(`${(100 * accuracy).toFixed(2)} % of ${n} test images are right, mean loss ${loss.toFixed(4)}`);
}

async function load(data: string, dataDir: string | undefined): Promise<Dataset> {
  const talk = downloadTalk({});
  try {
    return await loadDataset(data, { ...(dataDir ? { dataDir } : {}), onProgress: talk.onProgress });
  } finally {
    talk.close();
  }
}

interface Subject {
  readonly model: Model;
  readonly network: Network;
  readonly dataset: Dataset;
}

/** Scores a network on a test set, with sparse kernels where a mask prunes enough. */
function score(engine: Engine, { model, network: { weights, mask }, dataset }: Subject): Score {
  const source = { evaluate: { graph: evaluationGraph(model, {}), batch: EVALUATION_BATCH } };
  const instance = engine.open(compile(source, { normalisation: normalisationOf(dataset), ...(mask ? { mask } : {}) }));
  for (const [name, values] of weights) writeParameter(instance, name, values);
  const result = evaluate(instance, dataset.test, allIndices(dataset.test.count));
  instance.close();
  return result;
}
