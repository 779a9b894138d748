/** `tombola export`: a network of the store as a file that other programs read. */

import type { Command } from "commander";
import { placeOf } from "../../app/place.ts";
import { fail } from "../../base/errors.ts";
import type { Dataset, DatasetDescription } from "../../dataset/dataset.ts";
import { splitTrain, type Trained } from "../../dataset/split.ts";
import { standardise } from "../../dataset/standardisation.ts";
import { validationCount } from "../../dataset/validation.ts";
import { encodeOnnx, standardsOf } from "../../export/onnx.ts";
import { capital } from "../../figure/draw/text.ts";
import type { Model } from "../../model/model.ts";
import { parseModel } from "../../model/registry.ts";
import { type Network, networkToSafetensors } from "../../model/tensors.ts";
import { networkOf } from "../../step/networks.ts";
import type { TrainResult } from "../../step/train.ts";
import { exists, writeAtomic } from "../../store/files.ts";
import type { Artifact, Store } from "../../store/store.ts";
import { oneOf, text } from "../../study/option.ts";
import { describeTalking, loadTalking } from "../talk/download-talk.ts";
import { existingStore } from "../talk/folder.ts";
import { addOption, addShared } from "../talk/options.ts";
import { say } from "../talk/output.ts";

/** What is written: the network, the model and data set that it belongs to, and where it comes from. */
interface Exported {
  readonly network: Network;
  readonly model: Model;
  /** Its floats, if it has any, are standardised where the format needs it. */
  readonly data: Pick<Dataset, "mean" | "std" | "standardised">;
  readonly metadata: Readonly<Record<string, string>>;
}

const FORMATS = {
  safetensors: ({ network, model, metadata }: Exported): Uint8Array =>
    networkToSafetensors(network, model.parameters, metadata),
  onnx({ network, model, data, metadata }: Exported): Uint8Array {
    return encodeOnnx({ model, weights: network.weights, ...standardsOf(data), metadata });
  },
} as const;

type NetworkFormat = keyof typeof FORMATS;

interface ExportOptions {
  readonly format?: NetworkFormat;
  readonly to?: string;
  readonly store?: string;
}

/** Adds the verb `export`. */
export function addExport(program: Command): void {
  const command = program
    .command("export")
    .argument("<artifact>", "a network of the store, by its key or the beginning of it")
    .description("write a network as safetensors (PyTorch's names and layouts, with masks) or ONNX; replaces the file");
  addOption(command, "--format <name>", "safetensors or onnx", oneOf(Object.keys(FORMATS) as NetworkFormat[]));
  addOption(command, "--to <file>", "the file to write", text);
  addShared(command, "store").action(exportArtifact);
}

async function exportArtifact(prefix: string, { format, to, store: folder }: ExportOptions): Promise<void> {
  const encode = FORMATS[format ?? missing("--format", "safetensors or onnx")];
  const path = to ?? missing("--to", "the file to write");
  const store = await existingStore({ ...(folder ? { store: folder } : {}) });
  const key = await store.findByPrefix(prefix);
  const replaces = await exists(path);
  await writeAtomic(path, encode(await exportedOf(key, await store.read(key), { format: format!, store })));
  say(`${replaces ? "replaced" : "wrote"} ${path}`);
}

function missing(where: string, what: string): never {
  return fail("usage", where, { rule: `is needed: ${what}` });
}

/** The network of an artifact; throws `usage` for an artifact that is only a mask. */
async function exportedOf(
  key: string,
  artifact: Artifact,
  { format, store }: { readonly format: NetworkFormat; readonly store: Store },
): Promise<Exported> {
  const { step, params, result } = artifact.meta;
  const { model: name, data } = params as { model: string; data: string };
  const place = await placeOf(store, data);
  const description = await describeTalking(place, {});
  const model = parseModel(name, description);
  if (!artifact.tensors.has(model.parameters[0]!.name)) {
    const remedy = "`tombola show RUN` lists the networks of a run";
    fail("usage", "artifact", { rule: "must be a network", got: `the result of ${step}`, remedy });
  }
  const facts = { artifact: key, model: name, data, step, ...rowsOf(params), ...scores(result) };
  const standards =
    format === "onnx" ? await standardised(description, place, params as Partial<Trained>) : description;
  return { network: networkOf(artifact, model), model, data: standards, metadata: facts };
}

/** A data set with what its floats are standardised by: the rows trained on, by default those that a run trains on. */
async function standardised(
  description: DatasetDescription,
  name: string,
  { validation, trainSize }: Partial<Trained>,
): Promise<Pick<Dataset, "mean" | "std" | "standardised">> {
  const hasFloats = description.shape.length === 1 || description.target.kind === "numbers";
  if (!hasFloats) return description;
  const dataset = await loadTalking(name, {});
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
