/** `tombola export`: a network of the store as a file that other programs read. */

import { join } from "node:path";
import type { Command } from "commander";
import { constantsOfData } from "../../app/constants.ts";
import { placeOf } from "../../app/place.ts";
import { fail } from "../../base/errors.ts";
import { encodeSafetensors, type Tensor } from "../../base/safetensors.ts";
import type { Dataset, DatasetDescription } from "../../dataset/dataset.ts";
import { parseDataName } from "../../dataset/source/name.ts";
import { splitTrain, type Trained } from "../../dataset/split.ts";
import { standardise } from "../../dataset/standardisation.ts";
import { namedTokenizer } from "../../dataset/text/load/named.ts";
import { validationCount } from "../../dataset/validation.ts";
import { bertFolderFiles } from "../../export/bert-folder.ts";
import { encodeOnnx, standardsOf } from "../../export/onnx.ts";
import { encodeTextOnnx } from "../../export/onnx-text.ts";
import { capital } from "../../figure/draw/text.ts";
import { namesText } from "../../foreign/output-names.ts";
import { parseModel } from "../../model/registry.ts";
import { sparseTensors } from "../../model/sparse.ts";
import { requireFolder } from "../../plugin/load-bert.ts";
import { networkOf, STATE_PREFIX } from "../../step/networks.ts";
import type { TrainResult } from "../../step/train.ts";
import { exists, writeAtomic } from "../../store/files.ts";
import type { Artifact, Store } from "../../store/store.ts";
import { integer, oneOf, text } from "../../study/option.ts";
import { createLoader } from "../talk/download-talk.ts";
import { existingStore, outsideStores } from "../talk/folder.ts";
import { addOption, addShared, type SharedOptions } from "../talk/options.ts";
import { say } from "../talk/output.ts";
import { isRun, networkAt, type TicketPlace, ticketFile } from "./ticket.ts";

/** What is written: an artifact of a store that holds a network, and what the file says of it. */
interface Exported {
  readonly artifact: Artifact;
  readonly store: Store;
  readonly metadata: Readonly<Record<string, string>>;
  /** Where data sets lie. */
  readonly where: Pick<SharedOptions, "dataDir">;
}

/** A file, or those of a folder by name. */
type Written = Uint8Array | Readonly<Record<string, Uint8Array>>;

const FORMATS = {
  /** As it is stored, without the optimizer's state: the data set is not asked for. */
  async safetensors({ artifact, metadata }: Exported): Promise<Uint8Array> {
    return encodeSafetensors(new Map(networkTensors(artifact)), metadata);
  },
  /** Of pruned weights the bits of masks and the kept values; docs/files.md has a reader. */
  async sparse({ artifact, metadata }: Exported): Promise<Uint8Array> {
    const { tensors, metadata: shapes } = sparseTensors(new Map(networkTensors(artifact)));
    return encodeSafetensors(tensors, { ...metadata, ...shapes });
  },
  async onnx(exported: Exported): Promise<Uint8Array> {
    const { model, weights, dataset } = await networkFor(exported);
    const { metadata } = exported;
    if (model.column !== "tokens") return encodeOnnx({ model, weights, ...standardsOf(dataset), metadata });
    return encodeTextOnnx({ model, weights, output: dataset.standardised?.targets, metadata });
  },
  /** A folder that transformers loads. */
  async huggingface(exported: Exported): Promise<Readonly<Record<string, Uint8Array>>> {
    const { model, weights, dataset, place } = await networkFor(exported);
    const { tokenizer } = await namedTokenizer(parseDataName(place));
    const output = dataset.standardised?.targets;
    return bertFolderFiles({ model, weights, target: dataset.target, vocabulary: tokenizer.vocabulary, output });
  },
} as const;

type NetworkFormat = keyof typeof FORMATS;

interface ExportOptions extends Pick<SharedOptions, "store" | "dataDir">, TicketPlace {
  readonly ticket?: boolean;
  readonly format?: NetworkFormat;
  readonly to?: string;
  readonly model?: string;
}

/** The network of an artifact with its model, and the data set that it was trained on, floats standardised. */
async function networkFor({ artifact, store, where }: Exported) {
  const { model: name = unnamed(artifact), data, ...rows } = artifact.meta.params as { model?: string; data: string };
  requireFolder(name);
  const place = await placeOf(store, data);
  const { describe, load } = createLoader(where);
  const description = await describe(place);
  const model = parseModel(name, description);
  const own = await standardised(description, () => load(place), rows);
  return { model, weights: networkOf(artifact, model).weights, dataset: { ...description, ...own }, place };
}

/** Adds the verb `export`. */
export function addExport(program: Command): void {
  const command = program
    .command("export")
    .argument("<name>", "a network of the store, by its key or the beginning of it; with --ticket also a run")
    .description(
      "write a network as safetensors (PyTorch's names and layouts, with masks), ONNX, or a folder for transformers; or the ticket that it was trained from; replaces the file",
    );
  addOption(command, "--format <name>", WORDS, oneOf(Object.keys(FORMATS) as NetworkFormat[]));
  addOption(command, "--to <file>", "the file to write, of huggingface the folder", text);
  addOption(command, "--model <bert:FOLDER>", "the folder that the network began with, where it began with one", text);
  addOption(command, "--ticket", TICKET);
  addOption(command, "--level <n>", "of a run's ticket (default: its only one)", integer(0));
  addOption(command, "--arm <name>", "of a run's ticket (default: ticket)", text);
  addOption(command, "--replicate <n>", "of a run's ticket (default: the first)", integer(0));
  addOption(command, "--panel <name>", "of a run's ticket, where the run has panels", text);
  addShared(command, "store", "dataDir").action(exportNamed);
}

const WORDS = "safetensors, sparse (the kept weights alone), onnx or huggingface";

const TICKET =
  "write the mask, the weights that the network was trained from and how, for `tombola run ticket --from FILE`";

function exportNamed(name: string, options: ExportOptions): Promise<void> {
  return options.ticket ? exportTicket(name, options) : exportArtifact(name, options);
}

async function exportTicket(name: string, options: ExportOptions): Promise<void> {
  const { format, to, store: folder } = options;
  if (format !== undefined)
    fail("usage", "format", { rule: "of a ticket is sparse safetensors", got: format, remedy: "Leave it out" });
  const store = await existingStore({ ...(folder ? { store: folder } : {}) });
  const found = (await isRun(store, name)) ? await networkAt(store, name, options) : await ofKey(store, name, options);
  const path = to ?? found.file;
  await outsideStores(path);
  const { meta } = await store.read(found.key);
  const { model, data } = meta.params as { model?: string; data: string };
  const facts = { ...(model !== undefined && { model }), data, ...(await normalisation(store, data)) };
  const bytes = await ticketFile(store, found.key, facts);
  const replaces = await exists(path);
  await writeAtomic(path, bytes);
  say(`${replaces ? "replaced" : "wrote"} ${path}`);
}

async function ofKey(store: Store, name: string, place: TicketPlace) {
  const idle = (["level", "arm", "replicate", "panel"] as const).find((field) => place[field] !== undefined);
  if (idle) fail("usage", idle, { rule: "chooses a network of a run, and this names one", got: place[idle] });
  const key = await store.findByPrefix(name);
  return { key, file: `${key.slice(0, 12)}.safetensors` };
}

async function exportArtifact(prefix: string, options: ExportOptions): Promise<void> {
  const { format, to, store: folder } = options;
  const idle = (["level", "arm", "replicate", "panel"] as const).find((field) => options[field] !== undefined);
  if (idle) fail("usage", idle, { rule: "does nothing without ticket", got: options[idle], fields: ["ticket"] });
  const encode = FORMATS[format ?? missing("--format", WORDS)];
  const path = to ?? missing("--to", "the file to write");
  await outsideStores(path);
  const store = await existingStore({ ...(folder ? { store: folder } : {}) });
  const key = await store.findByPrefix(prefix);
  const replaces = await exists(path);
  const artifact = await store.read(key);
  checkModel(artifact, options);
  await write(path, await encode({ artifact, store, metadata: await factsOf(store, key, artifact), where: options }));
  say(`${replaces ? "replaced" : "wrote"} ${path}`);
}

function checkModel({ meta }: Artifact, { model }: ExportOptions): void {
  if (model === undefined || model === meta.params.model) return;
  const remedy = "Leave it out, or name the folder that the network began with";
  fail("usage", "model", { rule: `must be that of the network, ${meta.params.model}`, got: model, remedy });
}

async function write(path: string, written: Written): Promise<void> {
  if (written instanceof Uint8Array) return writeAtomic(path, written);
  for (const [name, bytes] of Object.entries(written)) await writeAtomic(join(path, name), bytes);
}

/** Refuses what is too large to be an ordinary network. */
function unnamed({ meta }: Artifact): never {
  const rule = "must be a network of dense layers; of this one the kept weights alone are stored";
  return fail("usage", "artifact", { rule, got: `the result of ${meta.step}`, remedy: "Write it as safetensors" });
}

function missing(where: string, what: string): never {
  return fail("usage", where, { rule: `is needed: ${what}` });
}

/** The weights and masks of an artifact. */
function networkTensors({ tensors }: Artifact): [name: string, tensor: Tensor][] {
  return [...tensors].filter(([name]) => !name.startsWith(STATE_PREFIX));
}

/** What a file says of a network; throws `usage` for an artifact that is only a mask, or of a training that diverged. */
async function factsOf(store: Store, key: string, artifact: Artifact): Promise<Record<string, string>> {
  const { step, params, result } = artifact.meta;
  if (networkTensors(artifact).every(([name]) => name.startsWith("mask/"))) {
    const remedy = "`tombola show RUN` lists the networks of a run";
    fail("usage", "artifact", { rule: "must be a network", got: `the result of ${step}`, remedy });
  }
  const { model, data } = params as { model?: string; data: string };
  return {
    artifact: key,
    ...(model !== undefined && { model }),
    data,
    step,
    ...(await normalisation(store, data)),
    ...namesText(await namesOfData(store, data)),
    ...rowsOf(params),
    ...scores(result),
  };
}

/** What pixels were normalised by, as text: one number a channel. */
async function normalisation(store: Store, data: string): Promise<Record<string, string>> {
  const constants = await constantsOfData(store, data);
  return constants ? { mean: constants.mean.join(","), std: constants.std.join(",") } : {};
}

/** What the outputs are called of networks for a data set; undefined where no run of the store says, or two say otherwise. */
async function namesOfData(store: Store, data: string | undefined): Promise<readonly string[] | undefined> {
  const said = (await store.listRuns()).flatMap((run) => run.outputNames ?? []).filter((each) => each.data === data);
  // The identity of arrays is not of what their classes are called.
  return said.every(({ names }) => JSON.stringify(names) === JSON.stringify(said[0]!.names))
    ? said[0]?.names
    : undefined;
}

/** A data set with what its floats are standardised by: the rows trained on, by default those that a run trains on. */
async function standardised(
  description: DatasetDescription,
  load: () => Promise<Dataset>,
  { validation, trainSize }: Partial<Trained>,
): Promise<Pick<Dataset, "mean" | "std"> & Partial<Pick<Dataset, "standardised">>> {
  const hasFloats = description.shape.length === 1 || description.target.kind === "numbers";
  if (!hasFloats) return description;
  const dataset = await load();
  const held = validation ?? validationCount(undefined, dataset.train.count);
  return standardise(dataset, splitTrain(dataset, held, trainSize).train);
}

/** Which rows it was trained on, as text. */
function rowsOf({ validation, trainSize }: Artifact["meta"]["params"]): Record<string, string> {
  const said = Object.entries({ validation, trainSize }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said.map(([name, value]) => [name, String(value)]));
}

/** What training said of the test set: `testAccuracy` or `testRmse`, and `testLoss`. */
function scores({ testAccuracy, measure, testLoss }: Artifact["meta"]["result"]): Record<string, string> {
  const { name, value } = (measure ?? { name: "accuracy", value: testAccuracy }) as Partial<TrainResult["measure"]>;
  if (typeof value !== "number") return {};
  return { [`test${capital(name!)}`]: String(value), testLoss: String(testLoss) };
}
