/** `tombola evaluate`: scores weights that somebody trained, here or elsewhere. */

import type { Command } from "commander";
import { constantsOf } from "../../app/constants.ts";
import { findNetwork, foundText } from "../../app/found-model.ts";
import { fail } from "../../base/errors.ts";
import { normalisationSentence, normalised } from "../../dataset/normalisation.ts";
import { splitTrain } from "../../dataset/split.ts";
import { validationCount } from "../../dataset/validation.ts";
import { createEngine } from "../../engine/choose.ts";
import { modelNames, parseModel } from "../../model/registry.ts";
import { folderOf, scoredWeights } from "../../sequence/folder/family.ts";
import { number, text } from "../../study/option.ts";
import { constantWarning } from "../../task/text/tasks.ts";
import type { Score } from "../../train/evaluate.ts";
import { scoreNetwork } from "../../train/network.ts";
import { createLoader } from "../talk/download-talk.ts";
import { addOption, addShared, askedData, type SharedOptions } from "../talk/options.ts";
import { print, printJson, say, warning } from "../talk/output.ts";
import { WEIGHTS_WORDS, weightsAt } from "../talk/weights.ts";
import { trainedConstants, trainedRows } from "./ends.ts";
import { scoreJson, scoreText } from "./score-text.ts";

interface EvaluateOptions extends SharedOptions {
  readonly model?: string;
  readonly weights?: string;
  readonly mask?: string;
  /** Rows held back, a count or a fraction. */
  readonly validation?: number;
}

/** Adds the verb `evaluate`. */
export function addEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .description(
      "score the weights of a file on a test set, masks in it make the network sparse; or those of a folder, bert:FOLDER",
    );
  addOption(command, "--model <name>", `${modelNames().join(" or ")} (default: by the file's names and shapes)`, text);
  const names = "with the names of PyTorch, torchvision, timm, OpenLTH and others, see docs/foreign-networks.md";
  addOption(command, "--weights <file>", `${WEIGHTS_WORDS}, ${names}`, text);
  addOption(command, "--mask <file>", "masks by the weights' names, where they are in a file of their own", text);
  const held = number({ rule: "a number of rows or a fraction below 1", holds: (value) => value >= 0 });
  const rows = "training rows that were held back, a count or a fraction: floats are standardised by the others";
  addOption(command, "--validation <n>", `${rows} (default: as the file says, else as a run's)`, held);
  addShared(command, "data", "dataDir", "engine", "json").action(evaluateFile);
}

async function evaluateFile(options: EvaluateOptions): Promise<void> {
  const { weights: path, engine: engineName = "auto", json } = options;
  if (path === undefined) return evaluateFolder(options);
  const data = askedData(options) ?? "mnist";
  const file = await weightsAt(path);
  const masks = options.mask === undefined ? undefined : (await weightsAt(options.mask)).tensors;
  const { load } = createLoader(options);
  const loaded = await load(data);
  const isAsked = [options.mean, options.std, options.normalise].some((asked) => asked !== undefined);
  const dataset = loaded.mean && !isAsked ? normalised(loaded, trainedConstants(file)) : loaded;
  const engine = await createEngine(engineName);
  const { model, network, candidates } = await findNetwork(file, { ...options, dataset, engine, masks });
  const said = trainedRows(file);
  const held = validationCount(options.validation ?? said.validation, dataset.train.count);
  const split = splitTrain(dataset, held, said.trainSize);
  const score = await scoreNetwork(engine, network, { model, dataset, split });
  const [constants] = constantsOf([dataset]);
  warnOf(score);
  if (json)
    return printJson({
      model: model.name,
      candidates,
      ...scoreJson(score, dataset),
      ...(constants && { normalised: constants }),
    });
  if (options.model === undefined) print(foundText(file, candidates));
  print([scoreText(score, dataset), normalisationSentence(dataset)].filter(Boolean).join("\n"));
}

/** Scores the network of a model that comes with weights, `bert:FOLDER`, on all rows of the test set. */
async function evaluateFolder(options: EvaluateOptions): Promise<void> {
  const folder = folderOf(options.model ?? "");
  if (!folder) return fail("usage", "--weights", { rule: "is needed: the file to score" });
  const idle = (["mask", "validation"] as const).find((name) => options[name] !== undefined);
  if (idle) fail("usage", idle, { rule: "does nothing without weights", got: options[idle], fields: ["weights"] });
  const data = askedData(options);
  if (data === undefined) return fail("usage", "data", { rule: "is needed: what the folder's head tells" });
  const dataset = await createLoader(options).load(data);
  const model = parseModel(options.model!, dataset);
  const network = { weights: scoredWeights(folder, model, dataset), mask: null };
  const score = await scoreNetwork(await createEngine(options.engine ?? "auto"), network, { model, dataset });
  warnOf(score);
  if (options.json) printJson({ model: model.name, ...scoreJson(score, dataset) });
  else print(scoreText(score, dataset));
}

function warnOf({ measures }: Score): void {
  const constant = constantWarning(measures);
  if (constant !== undefined) say(warning(constant));
}
