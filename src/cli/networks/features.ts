/** `tombola features`: what a network makes of texts or of the rows of a data set, as safetensors. */

import type { Command } from "commander";
import { textFeatures } from "../../app/features/texts.ts";
import { findNetwork } from "../../app/found-model.ts";
import { fail } from "../../base/errors.ts";
import { encodeSafetensors, type Tensor } from "../../base/safetensors.ts";
import { normalised } from "../../dataset/normalisation.ts";
import { splitTrain } from "../../dataset/split.ts";
import { standardise } from "../../dataset/standardisation.ts";
import { columnOf } from "../../dataset/table.ts";
import { loadTokenizer } from "../../dataset/text/load/tokenizer.ts";
import { USUAL_LENGTH } from "../../dataset/text/tokenizer/sequence.ts";
import { validationCount } from "../../dataset/validation.ts";
import { createEngine } from "../../engine/choose.ts";
import { modelNames } from "../../model/registry.ts";
import { placeOfBert } from "../../plugin/load-bert.ts";
import { type BertFolder, folderModel, folderOf } from "../../sequence/folder/family.ts";
import { writeAtomic } from "../../store/files.ts";
import { OF_DATA } from "../../study/data-options.ts";
import { integer, oneOf, text } from "../../study/option.ts";
import { classifierFeatures } from "../../train/features/classifier.ts";
import { createLoader } from "../talk/download-talk.ts";
import { outsideStores } from "../talk/folder.ts";
import { sequencesIn } from "../talk/lines.ts";
import { addOption, addShared, addStudyOption, askedData, type SharedOptions } from "../talk/options.ts";
import { say } from "../talk/output.ts";
import { WEIGHTS_WORDS, weightsAt } from "../talk/weights.ts";
import { trainedConstants, trainedRows } from "./ends.ts";

interface FeaturesOptions extends SharedOptions {
  readonly model?: string;
  readonly weights?: string;
  readonly part?: "train" | "test";
  readonly length?: number;
  readonly pairs?: boolean;
  readonly raw?: boolean;
  readonly to?: string;
}

/** Adds the verb. */
export function addFeatures(program: Command): void {
  const command = program
    .command("features")
    .description("write what a network makes of each line of a text, or of each row of a data set, as safetensors")
    .addHelpText(
      "after",
      "\nOf bert:FOLDER --data is a text file, and pooler and mean are written, [lines, width]; of other networks features," +
        "\nwhat enters the classifier, [rows, width], and labels.",
    );
  addOption(command, "--model <name>", `${modelNames().join(" or ")} (default: by the file's names and shapes)`, text);
  addOption(command, "--weights <file>", `${WEIGHTS_WORDS}; not of bert:FOLDER, which has its own`, text);
  addOption(
    command,
    "--part <name>",
    "train or test, of a data set (default: test)",
    oneOf(["train", "test"] as const),
  );
  addOption(
    command,
    "--length <n>",
    `most tokens of a line (default: ${USUAL_LENGTH}, or as many as the folder has positions)`,
    integer(5, 2 ** 20),
  );
  addOption(command, "--pairs", "a line is two texts, separated by its first tab");
  addOption(command, "--raw", "leave means over tokens as they are (default: scaled to length 1)");
  addOption(command, "--to <file>", "the file to write", text);
  addOption(command, "--data <name>", "of bert:FOLDER a file of texts, a line each; else a data set", text);
  for (const option of OF_DATA) addStudyOption(command, option);
  addShared(command, "dataDir", "engine").action(writeFeatures);
}

async function writeFeatures(options: FeaturesOptions): Promise<void> {
  const { to = missing("to", "the file to write"), data = missing("data", "what the features are of") } = options;
  await outsideStores(to);
  const folder = folderOf(options.model ?? "");
  refuseIdle(options, folder ? ["weights", "part"] : ["length", "pairs", "raw"], folder);
  const { tensors, metadata } = await (folder ? ofTexts(folder, data, options) : ofRows(options));
  await writeAtomic(to, encodeSafetensors(new Map(Object.entries(tensors)), metadata));
  say(`wrote ${to}: ${Object.entries(tensors).map(shown).join(", ")}`);
}

interface Written {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const shown = ([name, { shape }]: [string, Tensor]) => `${name} [${shape.join(", ")}]`;

function missing(where: string, what: string): never {
  return fail("usage", where, { rule: `is needed: ${what}` });
}

function refuseIdle(
  options: FeaturesOptions,
  names: readonly (keyof FeaturesOptions)[],
  folder: BertFolder | undefined,
): void {
  const idle = names.find((name) => options[name] !== undefined);
  if (!idle) return;
  const rule = folder ? "does nothing for bert:FOLDER" : "is of texts, and does nothing without model bert:FOLDER";
  fail("usage", idle, { rule, remedy: "Leave it out", ...(!folder && { fields: ["model"] }) });
}

async function ofTexts(folder: BertFolder, file: string, options: FeaturesOptions): Promise<Written> {
  const { length = Math.min(USUAL_LENGTH, folder.config.encoder.positions), raw = false, pairs = false } = options;
  const tokenizer = await loadTokenizer(placeOfBert(folderModel(folder))!);
  const sequences = [];
  for await (const sequence of sequencesIn(file, { tokenizer, length, pairs })) sequences.push(sequence);
  if (sequences.length === 0)
    fail("data", file, { rule: "must hold a line", remedy: "Name a file with a text a line" });
  const engine = await createEngine(options.engine ?? "auto");
  const { width, pooler, mean } = await textFeatures(engine, folder, sequences, { length, raw });
  const tensor = (values: Float32Array): Tensor => ({ dtype: "F32", shape: [sequences.length, width], data: values });
  return {
    tensors: { ...(pooler && { pooler: tensor(pooler) }), mean: tensor(mean) },
    metadata: { model: folderModel(folder), vocabulary: tokenizer.digest, length: String(length), raw: String(raw) },
  };
}

async function ofRows(options: FeaturesOptions): Promise<Written> {
  const { part = "test", weights = missing("weights", "the file of the network") } = options;
  const file = await weightsAt(weights);
  const loaded = await createLoader(options).load(askedData(options)!);
  const isAsked = [options.mean, options.std, options.normalise].some((asked) => asked !== undefined);
  const asked = loaded.mean && !isAsked ? normalised(loaded, trainedConstants(file)) : loaded;
  const engine = await createEngine(options.engine ?? "auto");
  const { model, network } = await findNetwork(file, { ...options, dataset: asked, engine });
  const said = trainedRows(file);
  const split = splitTrain(asked, validationCount(said.validation, asked.train.count), said.trainSize);
  const dataset = standardise(asked, split.train);
  const { width, features } = await classifierFeatures(engine, network, { model, dataset, part });
  const { count } = dataset[part];
  return {
    tensors: { features: { dtype: "F32", shape: [count, width], data: features }, ...targetsOf(dataset[part]) },
    metadata: { model: model.name, data: dataset.name, part },
  };
}

/** The column of the targets as it is: classes, labels or numbers. */
function targetsOf(table: Parameters<typeof columnOf>[0]): Record<string, Tensor> {
  const name = table.columns.labels ? "labels" : "targets";
  const { type, shape, data } = columnOf(table, name);
  const dtype = { u8: "U8", i32: "I32", f32: "F32" }[type];
  return { [name]: { dtype, shape: [table.count, ...shape], data } as Tensor };
}
