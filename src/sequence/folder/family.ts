/**
 * `bert:FOLDER`: a BERT that somebody trained, as a model. Its name is `bert@SHA-256` of what its files hold, wherever they lie,
 * and its weights are what every training of it begins with; a head that it lacks is drawn.
 */
import { fail } from "../../base/errors.ts";
import { listed } from "../../base/printable.ts";
import { shortName } from "../../base/registry.ts";
import { type Dataset, sourceOf } from "../../dataset/dataset.ts";
import { dataTitle } from "../../dataset/source/name.ts";
import { standardise } from "../../dataset/standardisation.ts";
import { sizeOf } from "../../graph/types.ts";
import type { Fitting, Model } from "../../model/model.ts";
import type { Weights } from "../../model/network.ts";
import { type ModelFamily, registerModel } from "../../model/registry.ts";
import { bert } from "../bert.ts";
import type { FolderConfig } from "./config.ts";
import { headOrder } from "./labels.ts";
import type { FolderTensors } from "./tensors.ts";

/** What a folder holds, as plain data that other threads can be given. */
export interface BertFolder {
  /** 64 hexadecimal digits: SHA-256 of make-up, labels and tensors. */
  readonly sha256: string;
  readonly config: FolderConfig;
  readonly tensors: FolderTensors;
}

const registered = new Map<string, BertFolder>();

/** The name of a folder's model, in specifications and keys. */
export const folderModel = ({ sha256 }: Pick<BertFolder, "sha256">): string => `bert@${sha256}`;

/** The folder of a model's name; undefined where the model is of none. */
export function folderOf(model: string): BertFolder | undefined {
  return registered.get(model);
}

/** The folders that are registered here. */
export function bertFolders(): readonly BertFolder[] {
  return [...registered.values()];
}

/** Adds the model of a folder to those that names are read as; again is nothing. Returns its name. */
export function registerFolder(folder: BertFolder): string {
  const name = folderModel(folder);
  if (registered.has(name)) return name;
  const pattern = /^bert$/;
  registerModel("bert", { grammar: name, pattern, build: (fitting) => modelOf(folder, fitting) }, folder.sha256);
  registered.set(name, folder);
  return name;
}

/** How the folders are written before they are read: the registry's entry, for help and for what names one too early. */
export const FOLDER: ModelFamily = {
  grammar: "bert:FOLDER",
  pattern: /^bert:./s,
  build({ name }) {
    const remedy = "Write loadBert(FOLDER), and the name that it gives";
    return fail("usage", "model", { rule: "a folder must be read before its model is made", got: name, remedy });
  },
};

function modelOf(folder: BertFolder, fitting: Fitting): Model {
  const { encoder } = folder.config;
  checkTexts(folder, fitting);
  const { vocabulary = encoder.vocabulary, ...rest } = fitting;
  // Masks of all tasks cover the same matrices, whether a task reads the pooler or not.
  const options = { ...rest, ...encoder, pooler: true, places: true };
  const made = bert(options);
  // Ids of a tokenizer with fewer tokens are ids of the model, whose table may have rows to spare.
  return { ...made, vocabulary, given: (drawn, dataset) => begun(folder, drawn, dataset) };
}

function checkTexts({ config: { encoder } }: BertFolder, { name: whole, input, vocabulary = 0 }: Fitting): void {
  const name = shortName(whole);
  if (input.length !== 1) {
    const rule = `${name} needs texts, [tokens]`;
    fail("usage", "model", { rule, got: `[${input}]`, remedy: "Use a data set of texts" });
  }
  if (input[0]! > encoder.positions) {
    const rule = `${name} has ${encoder.positions} positions`;
    fail("usage", "model", { rule, got: `texts of ${input[0]} tokens`, remedy: "Lower length", fields: ["data"] });
  }
  if (vocabulary <= encoder.vocabulary) return;
  const rule = `${name} knows ${encoder.vocabulary} tokens`;
  fail("usage", "model", { rule, got: vocabulary, remedy: "Leave out vocab: the folder has its own" });
}

const CLASSIFIER = ["classifier.weight", "classifier.bias"] as const;

/** The weights that training begins with: the folder's, and of a head that it lacks for this data set those that were drawn. */
function begun(folder: BertFolder, drawn: Weights, dataset: Dataset): Weights {
  const head = classifierFor(folder, dataset);
  const own = (name: string) => (isClassifier(name) ? head?.get(name) : folder.tensors.get(name)?.data.slice());
  return new Map([...drawn].map(([name, values]) => [name, own(name) ?? values]));
}

/** What only a classifier reads; models of questions are saved without it. */
const POOLER = "bert.pooler.";

const isClassifier = (name: string) => (CLASSIFIER as readonly string[]).includes(name);

/**
 * The classifier's rows in the order of the data set's outputs, those of numbers in units of what training standardises them by;
 * undefined where it is of another task.
 */
function classifierFor({ config, tensors }: BertFolder, dataset: Dataset): Weights | undefined {
  const [weight, bias] = CLASSIFIER.map((name) => tensors.get(name));
  if (!config.classifies || !weight || !bias) return undefined;
  const [outputs, width] = weight.shape as [number, number];
  const order = headOrder(config.labels, outputs, dataset);
  if (!order) return undefined;
  const { mean, std } = targetsOf(dataset);
  const rows = order.map((row, n) => weight.data.slice(row * width, (row + 1) * width).map((value) => value / std[n]!));
  return new Map([
    [CLASSIFIER[0], Float32Array.from(rows.flatMap((row) => [...row]))],
    [CLASSIFIER[1], Float32Array.from(order, (row, n) => (bias.data[row]! - mean[n]!) / std[n]!)],
  ]);
}

/** What targets that are numbers are standardised by, over all training rows; of others nothing. */
function targetsOf(dataset: Dataset): { readonly mean: readonly number[]; readonly std: readonly number[] } {
  const { outputs, target, train } = dataset;
  const none = { mean: Array<number>(outputs).fill(0), std: Array<number>(outputs).fill(1) };
  if (target.kind !== "numbers") return none;
  return (
    standardise(
      dataset,
      Int32Array.from({ length: train.count }, (_, row) => row),
    ).standardised?.targets ?? none
  );
}

/**
 * The weights of a folder's model as they are, for scoring. Throws `data` where the folder lacks a tensor of it or its classifier
 * is of another task.
 */
export function scoredWeights(
  folder: BertFolder,
  { name, parameters }: Pick<Model, "name" | "parameters">,
  dataset: Dataset,
): Weights {
  const model = shortName(name);
  const { config, tensors } = folder;
  const isTold = parameters.some((parameter) => isClassifier(parameter.name));
  const reads = (own: string) => isTold || !own.startsWith(POOLER);
  const isThere = (own: string) => tensors.has(own) && (config.classifies || !isClassifier(own));
  const lacking = parameters.filter((parameter) => reads(parameter.name) && !isThere(parameter.name));
  const remedy = "Train it on the task first, with tombola run";
  if (lacking.length > 0) {
    const rule = `must have a head for ${titleOf(dataset)}; it lacks ${listed(lacking.map(({ name }) => name))}`;
    fail("data", model, { rule, remedy });
  }
  const head = classifierFor(folder, dataset);
  if (isTold && !head) failHead(folder, model, dataset);
  const none = (shape: readonly number[]) => new Float32Array(sizeOf(shape));
  const held = (own: string) => head?.get(own) ?? tensors.get(own)?.data.slice();
  return new Map(parameters.map(({ name: own, shape }) => [own, held(own) ?? none(shape)]));
}

const titleOf = (dataset: Dataset) => dataTitle(sourceOf(dataset));

function failHead({ config: { labels }, tensors }: BertFolder, model: string, dataset: Dataset): never {
  const { target, outputs } = dataset;
  const name = titleOf(dataset);
  const [width] = tensors.get(CLASSIFIER[0])!.shape;
  if (width !== outputs)
    fail("data", model, {
      rule: `its head must have ${outputs} outputs for ${name}`,
      got: width,
      remedy: "Name another data set",
    });
  const remedy = "Name another data set, or correct id2label in config.json";
  const names = listed([...(target.names ?? [])]);
  return fail("data", model, {
    rule: `id2label must have the names of ${name}: ${names}`,
    got: listed([...labels!]),
    remedy,
  });
}
