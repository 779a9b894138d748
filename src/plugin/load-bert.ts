/** Reads Hugging Face folders of BERTs, which this process's own command line or program names, as `bert:FOLDER`. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fail } from "../base/errors.ts";
import { hashJson } from "../base/hash.ts";
import { readRegular } from "../dataset/files/regular.ts";
import { formatDataName, parseDataName } from "../dataset/source/name.ts";
import { openWeights, type WeightsFile } from "../foreign/open.ts";
import { readFolderConfig } from "../sequence/folder/config.ts";
import { folderOf, registerFolder } from "../sequence/folder/family.ts";
import { type FolderTensors, readFolderTensors } from "../sequence/folder/tensors.ts";

const PREFIX = "bert:";

/** Where the folders lie, by the names of their models: texts are read by the tokenizer there. */
const places = new Map<string, string>();

/**
 * Reads the BERT in a Hugging Face folder: `config.json`, and `model.safetensors` or `pytorch_model.bin`, whole or in shards.
 * Returns the name of its model, `bert@SHA-256` of what the files hold.
 * @throws `data` naming the file and what of it is another model, is missing or is damaged
 */
export async function loadBert(folder: string): Promise<string> {
  const path = resolve(folder);
  const where = join(path, "config.json");
  if (!(await isFile(where))) {
    const remedy = "Name the folder of a BERT model, as save_pretrained writes it";
    fail("data", folder, { rule: "must hold config.json", remedy });
  }
  const config = readFolderConfig(where, new TextDecoder().decode(await readRegular(where)));
  const tensors = await readFolderTensors(path, await weightsIn(path), config);
  const name = registerFolder({ sha256: contentOf(config, tensors), config, tensors });
  places.set(name, path);
  return name;
}

/** A model's name, that of a folder read first: `bert:FOLDER` becomes `bert@SHA-256`. Throws as {@link loadBert}. */
export async function namedModel(name: string): Promise<string> {
  return name.startsWith(PREFIX) ? loadBert(name.slice(PREFIX.length)) : name;
}

/** Throws `usage` where a model is that of a folder which this process has not read. */
export function requireFolder(model: string): void {
  const [, digits] = /^bert@([0-9a-f]{8})[0-9a-f]{56}$/.exec(model) ?? [];
  if (digits === undefined || folderOf(model)) return;
  const rule = `the folder whose content has a SHA-256 that begins with ${digits} is needed`;
  fail("usage", "model", { rule, remedy: "Name it as bert:FOLDER", fields: ["model"] });
}

/** The folder that a model was read from; undefined of another model. */
export function placeOfBert(model: string): string | undefined {
  return places.get(model);
}

/** The name of a data set for a model: texts without a vocabulary of their own are read by the tokenizer of the model's folder. */
export function dataFor(model: string | undefined, data: string): string {
  const place = model === undefined ? undefined : placeOfBert(model);
  if (place === undefined) return data;
  const name = parseDataName(data);
  if (!name.source.options.includes("vocab") || name.options.vocab !== undefined) return data;
  return formatDataName({ ...name, options: { ...name.options, vocab: encodeURIComponent(place) } });
}

/** SHA-256 of make-up and tensors, whatever files they came from. */
function contentOf(config: object, tensors: FolderTensors): string {
  const hash = createHash("sha256").update(hashJson(config));
  for (const [name, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`\n${name} ${shape}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest("hex");
}

/** Names of the files of weights; of several that are there the first. */
const WEIGHTS = ["model.safetensors", "pytorch_model.bin"];

/** What other programs write, and what it is. */
const OTHERS = { "tf_model.h5": "TensorFlow's", "flax_model.msgpack": "Flax's" };

async function weightsIn(folder: string): Promise<WeightsFile[]> {
  for (const name of WEIGHTS) {
    if (await isFile(join(folder, name))) return [await opened(folder, name)];
    const index = `${name}.index.json`;
    if (!(await isFile(join(folder, index)))) continue;
    return Promise.all((await shardsOf(join(folder, index))).map((shard) => opened(folder, shard)));
  }
  for (const [name, whose] of Object.entries(OTHERS))
    if (await isFile(join(folder, name))) {
      const remedy = "In Python: BertModel.from_pretrained(folder, from_tf=True).save_pretrained(folder)";
      fail("data", folder, { rule: `must hold ${WEIGHTS.join(" or ")}, and has ${whose} weights alone`, remedy });
    }
  const remedy = "Name the folder of a BERT model, as save_pretrained writes it";
  return fail("data", folder, { rule: `must hold ${WEIGHTS.join(" or ")}, or their shards`, remedy });
}

async function opened(folder: string, name: string): Promise<WeightsFile> {
  const path = join(folder, name);
  return openWeights(await readRegular(path), path);
}

/** The files that an index names, each once. */
async function shardsOf(index: string): Promise<string[]> {
  const text = new TextDecoder().decode(await readRegular(index));
  const names = shardNames(text);
  const wrong = names?.find((name) => typeof name !== "string" || basename(name) !== name || name.startsWith("."));
  if (names && names.length > 0 && wrong === undefined) return [...new Set(names as string[])].sort();
  const rule = "must name files of its own folder by tensor, under weight_map";
  return fail("data", index, { rule, ...(wrong !== undefined && { got: wrong }), remedy: "Get the file again" });
}

function shardNames(text: string): unknown[] | undefined {
  try {
    return Object.values(JSON.parse(text).weight_map);
  } catch {
    return undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  );
}
