/** `tombola evaluate`: scores weights that somebody trained, here or elsewhere. */

import type { Command } from "commander";
import { constantsOf } from "../../app/constants.ts";
import { fail } from "../../base/errors.ts";
import { normalisationSentence } from "../../dataset/normalisation.ts";
import { splitTrain } from "../../dataset/split.ts";
import { validationCount } from "../../dataset/validation.ts";
import { createEngine } from "../../engine/choose.ts";
import { MODEL_NAMES, parseModel } from "../../model/registry.ts";
import { networkFromSafetensors } from "../../model/tensors.ts";
import { readIfThere } from "../../store/files.ts";
import { number, text } from "../../study/option.ts";
import { scoreNetwork } from "../../train/network.ts";
import { createLoader } from "../talk/download-talk.ts";
import { addOption, addShared, askedData, type SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { trainedRows } from "./ends.ts";
import { scoreJson, scoreText } from "./score-text.ts";

interface EvaluateOptions extends SharedOptions {
  readonly model?: string;
  readonly weights?: string;
  /** Rows held back, a count or a fraction. */
  readonly validation?: number;
}

/** Adds the verb `evaluate`. */
export function addEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .description("score the weights of a safetensors file on a test set; masks in it make the network sparse");
  addOption(command, "--model <name>", `${MODEL_NAMES.join(" or ")} (default: lenet-300-100)`, text);
  addOption(command, "--weights <file>", "safetensors with PyTorch's names and layouts, such as fc1.weight", text);
  const held = number({ rule: "a number of rows or a fraction below 1", holds: (value) => value >= 0 });
  const rows = "training rows that were held back, a count or a fraction: floats are standardised by the others";
  addOption(command, "--validation <n>", `${rows} (default: as the file says, else as a run's)`, held);
  addShared(command, "data", "dataDir", "engine", "json").action(evaluateFile);
}

async function evaluateFile(options: EvaluateOptions): Promise<void> {
  const { model: name = "lenet-300-100", weights: path, engine = "auto", json } = options;
  const data = askedData(options) ?? "mnist";
  if (path === undefined) return fail("usage", "--weights", { rule: "is needed: the file to score" });
  const { describe, load } = createLoader(options);
  const model = parseModel(name, await describe(data));
  const bytes = (await readIfThere(path)) ?? fail("data", path, { rule: "the file must exist" });
  const network = networkFromSafetensors(bytes, model.parameters, path);
  const dataset = await load(data);
  const said = trainedRows(bytes, path);
  const held = validationCount(options.validation ?? said.validation, dataset.train.count);
  const split = splitTrain(dataset, held, said.trainSize);
  const score = await scoreNetwork(await createEngine(engine), network, { model, dataset, split });
  const [normalised] = constantsOf([dataset]);
  if (json) printJson({ ...scoreJson(score, dataset), ...(normalised && { normalised }) });
  else print([scoreText(score, dataset), normalisationSentence(dataset)].filter(Boolean).join("\n"));
}
