/** Opens a file of weights, whoever wrote it: safetensors, PyTorch's `.pt`, `.pth` and `.th`, NumPy's `.npz`. */
import { toTensor } from "../base/dtype.ts";
import { fail } from "../base/errors.ts";
import { listed, printable } from "../base/printable.ts";
import { headerLength, PREFIX_BYTES, parseHeader } from "../base/safetensors.ts";
import { inMemory, openZip } from "../base/zip.ts";
import { maskFromBits, sparseNames, sparseWeights, weightFromKept } from "../model/sparse.ts";
import { firstBytes, OTHER_ARCHIVES, OTHER_KINDS, WRITE } from "./kinds.ts";
import { isNpz, readNpz } from "./npz.ts";
import { looksPickled } from "./pickle.ts";
import type { ForeignTensor, ForeignTensors } from "./tensor.ts";
import { isTorchZip, readTorchLegacy, readTorchZip, TorchTensor } from "./torch.ts";

/** A file of tensors; none of them has been read yet. */
export interface WeightsFile {
  /** As errors name it. */
  readonly name: string;
  readonly format: "safetensors" | "PyTorch" | "NumPy";
  /** Without the prefixes that all names have because a wrapper was saved. */
  readonly tensors: ForeignTensors;
  /** Free text beside the tensors, which safetensors alone have. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Opens the file that has these bytes; what it claims of sizes is checked against them before anything is allocated.
 * Throws `data` for a file that is damaged, that names or calls what tensors do not need, and for one of another kind,
 * which is named, with how to convert it.
 * @param given the bytes of the whole file
 * @param name the file's, for errors, and to tell kinds whose bytes say too little
 */
export async function openWeights(given: Uint8Array, name: string): Promise<WeightsFile> {
  // Node's Buffers are arrays of bytes whose slices are no copies.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (isZip(bytes)) return openArchive(bytes, name);
  if (looksPickled(bytes)) return pickled(readTorchLegacy(bytes, name) ?? failPickle(name), name);
  if (bytes[PREFIX_BYTES] === OPENING_BRACE) return openSafetensors(bytes, name);
  const kind = OTHER_KINDS.find(({ is }) => is(bytes, name));
  if (kind) return fail("data", name, { rule: `is ${kind.what}`, remedy: kind.remedy });
  const rule = `must be a file of safetensors, PyTorch or NumPy (.npz), and begins with ${firstBytes(bytes)}`;
  return fail("data", name, { rule, remedy: `In Python: ${WRITE}` });
}

const OPENING_BRACE = 0x7b;

function isZip(bytes: Uint8Array): boolean {
  const begins = (a: number, b: number) => bytes[2] === a && bytes[3] === b;
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (begins(3, 4) || begins(5, 6));
}

async function openArchive(bytes: Uint8Array, name: string): Promise<WeightsFile> {
  const zip = await openZip(inMemory(bytes), { where: name, remedy: "Get or write it again" });
  if (isTorchZip(zip)) return pickled(await readTorchZip(zip, name), name);
  if (isNpz(zip)) return { name, format: "NumPy", metadata: {}, tensors: unprefixed(await readNpz(zip, name)) };
  const { what, remedy } = OTHER_ARCHIVES.find(({ is }) => is(new Set(zip.keys())))!;
  return fail("data", name, { rule: `is ${what}`, remedy });
}

function failPickle(name: string): never {
  return fail("data", name, { rule: "is a pickle, but none of torch.save", remedy: `In Python: ${WRITE}` });
}

function openSafetensors(bytes: Uint8Array, name: string): WeightsFile {
  const start = PREFIX_BYTES + headerLength(bytes, bytes.length, name);
  const { metadata, entries } = parseHeader(bytes.subarray(PREFIX_BYTES, start), bytes.length - start, name);
  const tensors = entries.map((entry): [string, ForeignTensor] => {
    const { dtype, shape, begin, end } = entry;
    const read = async () => toTensor(bytes.slice(start + begin, start + end).buffer as ArrayBuffer, entry, name);
    return [entry.name, { dtype, shape, read }];
  });
  const dense = withSparse(new Map(tensors), metadata, name);
  return { name, format: "safetensors", metadata, tensors: unprefixed(dense) };
}

/** The tensors with those that a file has in bits and kept values as dense ones, which are made when they are read. */
function withSparse(
  tensors: ReadonlyMap<string, ForeignTensor>,
  metadata: WeightsFile["metadata"],
  file: string,
): Map<string, ForeignTensor> {
  const dense = new Map(tensors);
  for (const weight of sparseWeights(tensors, metadata, file)) {
    const { name, shape, hasValues } = weight;
    const { bits, kept } = sparseNames(name);
    const mask = async () => maskFromBits(await tensors.get(bits)!.read(), weight, file);
    const values = async () => weightFromKept(await tensors.get(kept)!.read(), await mask(), weight, file);
    dense.delete(bits);
    dense.delete(kept);
    if (hasValues) dense.set(name, { dtype: "F32", shape, read: values });
    dense.set(`mask/${name}`, { dtype: "U8", shape, read: mask });
  }
  return dense;
}

function pickled(value: unknown, name: string): WeightsFile {
  return { name, format: "PyTorch", metadata: {}, tensors: unprefixed(tensorsIn(value, name)) };
}

/** Keys under which programs keep a network beside other things. */
const WRAPPERS = ["state_dict", "model_state_dict", "model", "net"] as const;
/** Wrappers that are looked through, one in the other. */
const DEEPEST = 3;

function tensorsIn(value: unknown, where: string, depth = 0): Map<string, ForeignTensor> {
  if (!(value instanceof Map))
    return fail("data", where, {
      rule: "must hold a dictionary of tensors by name",
      got: kindOf(value),
      remedy: `In Python: ${WRITE}`,
    });
  const wrapped = depth < DEEPEST ? WRAPPERS.filter((key) => holdsTensors(value.get(key), depth + 1)) : [];
  if (wrapped.length > 1) {
    const remedy = "Save the one that is meant by itself";
    fail("data", where, { rule: "must hold one network", got: wrapped.join(" and "), remedy });
  }
  if (wrapped.length === 1) return tensorsIn(value.get(wrapped[0]), where, depth + 1);
  const tensors = [...ownTensors(value), ...layerTensors(value)];
  if (tensors.length > 0) return new Map(tensors);
  const keys = [...value.keys()].map(String);
  const rule = `must hold tensors, under ${WRAPPERS.join(", ")} or no other key; it has ${listed(keys) || "nothing"}`;
  return fail("data", where, { rule, remedy: `In Python: ${WRITE}` });
}

function holdsTensors(value: unknown, depth: number): boolean {
  if (!(value instanceof Map)) return false;
  if (ownTensors(value).length > 0) return true;
  return depth < DEEPEST && WRAPPERS.some((key) => holdsTensors(value.get(key), depth + 1));
}

function ownTensors(value: ReadonlyMap<unknown, unknown>): [string, ForeignTensor][] {
  return [...value].filter(
    (pair): pair is [string, TorchTensor] => typeof pair[0] === "string" && pair[1] instanceof TorchTensor,
  );
}

/** Masks by layer, `{"fc1": {"weight": mask, "bias": None}}`, as NNI exports them. */
function layerTensors(value: ReadonlyMap<unknown, unknown>): [string, ForeignTensor][] {
  return [...value].flatMap(([layer, parts]) =>
    parts instanceof Map && [...parts.keys()].every((part) => part === "weight" || part === "bias")
      ? ownTensors(parts).map(([part, tensor]): [string, ForeignTensor] => [`${layer}.${part}`, tensor])
      : [],
  );
}

function kindOf(value: unknown): string {
  if (value instanceof TorchTensor) return "one tensor without a name";
  return Array.isArray(value) ? "a list" : printable(value === null ? "None" : typeof value);
}

/** What DataParallel and torch.compile put in front of every name. */
const PREFIXES = ["module.", "_orig_mod."] as const;

function unprefixed(tensors: Map<string, ForeignTensor>): ForeignTensors {
  const prefix = PREFIXES.find((each) => [...tensors.keys()].every((name) => name.startsWith(each)));
  if (prefix === undefined || tensors.size === 0) return tensors;
  return unprefixed(new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor])));
}
