/** `tombola export`: a network of the store as a file that other programs read. */

import type { Command } from "commander";
import { fail } from "../../base/errors.ts";
import type { DatasetDescription } from "../../dataset/load.ts";
import { encodeOnnx } from "../../export/onnx.ts";
import type { Model } from "../../model/model.ts";
import { parseModel } from "../../model/registry.ts";
import { type Network, networkToSafetensors } from "../../model/tensors.ts";
import { networkOf } from "../../step/networks.ts";
import { exists, writeAtomic } from "../../store/files.ts";
import type { Artifact } from "../../store/store.ts";
import { oneOf, text } from "../../study/option.ts";
import { describeTalking } from "../talk/download-talk.ts";
import { existingStore } from "../talk/folder.ts";
import { addOption, addShared } from "../talk/options.ts";
import { say } from "../talk/output.ts";

/** What is written: the network, the model and data set that it belongs to, and where it comes from. */
interface Exported {
  readonly network: Network;
  readonly model: Model;
  readonly data: DatasetDescription;
  readonly metadata: Readonly<Record<string, string>>;
}

const FORMATS = {
  safetensors: ({ network, model, metadata }: Exported): Uint8Array =>
    networkToSafetensors(network, model.parameters, metadata),
  onnx({ network, model, data, metadata }: Exported): Uint8Array {
    return encodeOnnx({ model, weights: network.weights, mean: data.mean!, std: data.std!, metadata });
  },
} as const;

type Format = keyof typeof FORMATS;

interface ExportOptions {
  readonly format?: Format;
  readonly to?: string;
  readonly store?: string;
}

/** Adds the verb `export`. */
export function addExport(program: Command): void {
  const command = program
    .command("export")
    .argument("<artifact>", "a network of the store, by its key or the beginning of it")
    .description("write a network as safetensors (PyTorch's names and layouts, with masks) or ONNX; replaces the file");
  addOption(command, "--format <name>", "safetensors or onnx", oneOf(Object.keys(FORMATS) as Format[]));
  addOption(command, "--to <file>", "the file to write", text);
  addShared(command, "store").action(exportArtifact);
}

async function exportArtifact(prefix: string, { format, to, store: folder }: ExportOptions): Promise<void> {
  const encode = FORMATS[format ?? missing("--format", "safetensors or onnx")];
  const path = to ?? missing("--to", "the file to write");
  const store = await existingStore({ ...(folder ? { store: folder } : {}) });
  const key = await store.findByPrefix(prefix);
  const replaces = await exists(path);
  await writeAtomic(path, encode(await exportedOf(key, await store.read(key))));
  say(`${replaces ? "replaced" : "wrote"} ${path}`);
}

function missing(where: string, what: string): never {
  return fail("usage", where, { rule: `is needed: ${what}` });
}

/** The network of an artifact; throws `usage` for an artifact that is only a mask. */
async function exportedOf(key: string, artifact: Artifact): Promise<Exported> {
  const { step, params, result } = artifact.meta;
  const { model: name, data } = params as { model: string; data: string };
  const description = await describeTalking(data, {});
  const model = parseModel(name, description);
  if (!artifact.tensors.has(model.parameters[0]!.name)) {
    const remedy = "`tombola show RUN` lists the networks of a run";
    fail("usage", "artifact", { rule: "must be a network", got: `the result of ${step}`, remedy });
  }
  const facts = { artifact: key, model: name, data, step, ...scores(result) };
  return { network: networkOf(artifact, model), model, data: description, metadata: facts };
}

function scores({ testAccuracy, testLoss }: Artifact["meta"]["result"]): Record<string, string> {
  return testAccuracy === undefined ? {} : { testAccuracy: String(testAccuracy), testLoss: String(testLoss) };
}
