/**
 * The tensors of a Hugging Face BERT in one spelling: with the prefix `bert.`, without the buffers that some versions saved, and
 * with `weight` and `bias` where the first releases wrote `gamma` and `beta`.
 */
import { fail } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { sharedBytes } from "../../dataset/dataset.ts";
import type { ForeignTensor, ForeignTensors } from "../../foreign/tensor.ts";
import { sameShape } from "../../graph/types.ts";
import { failNames } from "../../model/tensor-names.ts";
import { type BertHead, bert } from "../bert.ts";
import type { FolderConfig } from "./config.ts";

/** Values of a tensor, float32 and row-major, on shared memory where there is some. */
export interface FolderTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** By the names of {@link bert}. */
export type FolderTensors = ReadonlyMap<string, FolderTensor>;

/** A tensor that is still in its file. */
interface Found {
  readonly file: string;
  readonly tensor: ForeignTensor;
}

/** A file of weights. */
interface WeightsPart {
  readonly name: string;
  readonly tensors: ForeignTensors;
}

const PREDICTIONS = "cls.predictions";
const WORDS = "bert.embeddings.word_embeddings.weight";
/** The output matrix of masked words, which is the matrix of the words' embeddings. */
const TIED = `${PREDICTIONS}.decoder.weight`;

/** Buffers that say nothing, and the head of next sentences, which no task here has. */
const UNREAD = /^bert\.embeddings\.(position_ids|token_type_ids)$|^cls\.seq_relationship\./;

/** The name of a tensor here. */
function ownName(theirs: string): string {
  const prefixed = /^(embeddings|encoder|pooler)\./.test(theirs) ? `bert.${theirs}` : theirs;
  return prefixed
    .replace(/\.gamma$/, ".weight")
    .replace(/\.beta$/, ".bias")
    .replace(/^cls\.predictions\.decoder\.bias$/, `${PREDICTIONS}.bias`);
}

/**
 * Reads the encoder and the heads in the files of a folder; half precision is widened. Throws `data` naming file and tensor
 * where one of the encoder is missing, where a name or a shape is of no BERT of this make-up, where a value is not finite, and
 * for masked words scored by a matrix of their own.
 * @param where the folder's name, for errors
 */
export async function readFolderTensors(
  where: string,
  parts: readonly WeightsPart[],
  config: FolderConfig,
): Promise<FolderTensors> {
  const found = await foundIn(where, parts);
  const shapes = shapesOf(config, found);
  const missing = [...shapes].filter(([name]) => isEncoder(name) && !found.has(name));
  const unexpected = [...found].filter(([name]) => !shapes.has(name) && name !== TIED);
  const named = ([name, shape]: readonly [string, readonly number[]]) => ({ name, shape });
  if (missing.length > 0 || unexpected.length > 0)
    failNames(where, {
      missing: missing.map(named),
      unexpected: unexpected.map(([name, { tensor }]) => ({ name, shape: tensor.shape })),
    });
  const tensors = new Map<string, FolderTensor>();
  for (const [name, shape] of shapes) {
    const own = found.get(name);
    if (own) tensors.set(name, { shape, data: await read(own, name, shape) });
  }
  const tied = found.get(TIED);
  if (tied) await checkTied(tied, tensors.get(WORDS)!);
  return tensors;
}

/** Of every name the one tensor that the files have. */
async function foundIn(where: string, parts: readonly WeightsPart[]): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const { name: file, tensors } of parts)
    for (const [theirs, tensor] of tensors) {
      const name = ownName(theirs);
      if (UNREAD.test(name)) continue;
      // The bias of masked words is saved under both of its names.
      if (found.has(name) && !name.startsWith(PREDICTIONS)) {
        const rule = `must hold one ${printable(name)}, and ${file} has another`;
        fail("data", where, { rule, remedy: "Remove one of the two" });
      }
      found.set(name, { file, tensor });
    }
  return found;
}

const isEncoder = (name: string) => /^bert\.(embeddings|encoder)\./.test(name);

/** Names and shapes that the folder may have: a classifier is as wide as its own. */
function shapesOf(
  { encoder }: FolderConfig,
  found: ReadonlyMap<string, Found>,
): ReadonlyMap<string, readonly number[]> {
  const outputs = found.get("classifier.weight")?.tensor.shape[0] || 1;
  const made = (head: BertHead) => bert({ ...encoder, name: "bert", input: [1], outputs, head });
  const parameters = (["classify", "span", "mlm"] as const).flatMap((head) => made(head).parameters);
  return new Map(parameters.map(({ name, shape }) => [name, shape]));
}

async function read({ file, tensor }: Found, name: string, shape: readonly number[]): Promise<Float32Array> {
  const at = `${file}: ${printable(name)}`;
  if (!sameShape(tensor.shape, shape)) {
    const remedy = "config.json is of another model than the weights";
    fail("data", at, { rule: `shape must be [${shape}]`, got: `[${tensor.shape}]`, remedy });
  }
  const values = await tensor.read();
  if (values.dtype !== "F32") {
    const remedy = "Save the model unquantised: model.float().save_pretrained(folder)";
    return fail("data", at, { rule: "weights must be floating-point", got: tensor.dtype, remedy });
  }
  const wrong = values.data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) fail("data", `${at}, entry ${wrong}`, { rule: "values must be finite", got: values.data[wrong] });
  const data = new Float32Array(sharedBytes(4 * values.data.length).buffer);
  data.set(values.data);
  return data;
}

async function checkTied(own: Found, words: FolderTensor): Promise<void> {
  const matrix = await read(own, TIED, words.shape);
  if (matrix.every((value, i) => value === words.data[i])) return;
  const rule = "must be the matrix of the words' embeddings: others are not implemented";
  fail("data", `${own.file}: ${TIED}`, { rule, remedy: "Leave out the head of masked words, cls.predictions" });
}
