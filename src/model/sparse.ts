/**
 * Networks in files of the kept weights alone: of a pruned weight NAME the bits of its mask, `mask/NAME.bits` (U8, row-major,
 * least significant bit first, 1 = kept, the last byte filled with 0), and `NAME.kept`, the kept values in that order. The
 * shapes are in the metadata, as JSON by name. docs/files.md has a reader in numpy.
 */
import { bytesOf, type Dtype, type Tensor } from "../base/dtype.ts";
import { fail } from "../base/errors.ts";
import { printable } from "../base/printable.ts";

const MASK = "mask/";
const BITS = ".bits";
const KEPT = ".kept";
const WRITE = "docs/files.md has what such a file holds; `tombola export --format sparse` writes one";

/** Tensors and the text beside them. */
interface SparseFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** `shapes`, of the weights that are written sparse; absent where there are none. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Writes every weight that has a mask by its bits and kept values, in place of both; all other tensors as they are. */
export function sparseTensors(tensors: ReadonlyMap<string, Tensor>): SparseFile {
  const written = new Map<string, Tensor>();
  const shapes: Record<string, readonly number[]> = {};
  for (const [name, tensor] of tensors) {
    const mask = tensors.get(MASK + name);
    if (name.startsWith(MASK) && tensors.has(name.slice(MASK.length))) {
      const bits = packBits(tensor.data as Uint8Array);
      written.set(name + BITS, { dtype: "U8", shape: [bits.length], data: bits });
    } else if (mask) {
      shapes[name] = tensor.shape;
      const data = (tensor.data as Float32Array).filter((_, i) => mask.data[i] === 1);
      written.set(name + KEPT, { dtype: "F32", shape: [data.length], data });
    } else written.set(name, tensor);
  }
  return { tensors: written, metadata: Object.keys(shapes).length > 0 ? { shapes: JSON.stringify(shapes) } : {} };
}

/** What is known of a tensor before it is read. */
export interface SparseEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** A weight of a sparse file; of a file of masks alone it has none. */
export interface SparseWeight {
  /** The weight's. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly hasValues: boolean;
}

/**
 * The weights that a file has in bits; nothing of one that has none. Throws `data` where the shapes do not fit the bits, and
 * for kept values without bits and a weight or mask that is there twice.
 * @param where the file's name
 */
export function sparseWeights(
  entries: ReadonlyMap<string, SparseEntry>,
  metadata: Readonly<Record<string, string>>,
  where: string,
): SparseWeight[] {
  const names = [...entries.keys()].flatMap((name) => bitsOf(name) ?? []);
  if (names.length === 0) return [];
  const loose = [...entries.keys()].find((name) => name.endsWith(KEPT) && !names.includes(name.slice(0, -KEPT.length)));
  if (loose !== undefined)
    fail("data", `${where}: ${printable(loose)}`, { rule: "kept values need the bits of their mask", remedy: WRITE });
  const shapes = shapesIn(metadata, where);
  return names.map((name) => {
    const shape = Object.hasOwn(shapes, name) ? shapes[name]! : failShapes(where, name);
    checkBits(entries, { name, shape }, where);
    for (const twice of [name, MASK + name])
      if (entries.has(twice))
        fail("data", `${where}: ${printable(twice)}`, { rule: "must be there once, dense or sparse", remedy: WRITE });
    return { name, shape, hasValues: entries.has(name + KEPT) };
  });
}

/** The names of a sparse weight's tensors. */
export function sparseNames(name: string): { readonly bits: string; readonly kept: string } {
  return { bits: MASK + name + BITS, kept: name + KEPT };
}

/** The mask that bits hold, 0 or 1 an element; throws `data` for bits behind the last element. */
export function maskFromBits({ data }: Tensor, { name, shape }: Named, where: string): Tensor {
  const count = elementsOf(shape);
  const mask = new Uint8Array(count);
  for (let i = 0; i < count; i++) mask[i] = (data[i >> 3]! >> (i & 7)) & 1;
  const rest = count % 8;
  if (rest > 0 && data.at(-1)! >> rest !== 0)
    fail("data", `${where}: ${printable(MASK + name + BITS)}`, {
      rule: `the bits behind the last of ${count} weights must be 0`,
      got: data.at(-1)!,
      remedy: "The least significant bit is the first: numpy.packbits(mask, bitorder='little')",
    });
  return { dtype: "U8", shape, data: mask };
}

/** The weight with its kept values in their places, 0 elsewhere; throws `data` where they are not as many as the mask keeps. */
export function weightFromKept(kept: Tensor, mask: Tensor, { name, shape }: Named, where: string): Tensor {
  const places: number[] = [];
  for (let i = 0; i < mask.data.length; i++) if (mask.data[i] === 1) places.push(i);
  if (kept.data.length !== places.length || kept.dtype !== "F32")
    fail("data", `${where}: ${printable(name + KEPT)}`, {
      rule: `must be ${places.length} numbers of F32, one for each bit that is 1`,
      got: `${kept.data.length} of ${kept.dtype}`,
      remedy: WRITE,
    });
  const data = new Float32Array(mask.data.length);
  places.forEach((place, i) => {
    data[place] = kept.data[i]!;
  });
  return { dtype: "F32", shape, data };
}

/** All tensors of a file with its sparse weights dense, masks beside them; throws as the functions above. */
export function denseTensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
  where: string,
): ReadonlyMap<string, Tensor> {
  const sparse = sparseWeights(tensors, metadata, where);
  if (sparse.length === 0) return tensors;
  const dense = new Map(tensors);
  for (const weight of sparse) {
    const { bits, kept } = sparseNames(weight.name);
    const mask = maskFromBits(tensors.get(bits)!, weight, where);
    if (weight.hasValues) dense.set(weight.name, weightFromKept(tensors.get(kept)!, mask, weight, where));
    dense.set(MASK + weight.name, mask);
    dense.delete(bits);
    dense.delete(kept);
  }
  return dense;
}

type Named = Pick<SparseWeight, "name" | "shape">;

/** The weight that a tensor of bits is the mask of. */
function bitsOf(name: string): string | undefined {
  return name.startsWith(MASK) && name.endsWith(BITS) ? name.slice(MASK.length, -BITS.length) : undefined;
}

function packBits(mask: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(mask.length / 8));
  for (let i = 0; i < mask.length; i++) bits[i >> 3]! |= mask[i]! << (i & 7);
  return bits;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** What a file claims of shapes is held against its bits before anything is made. */
function checkBits(entries: ReadonlyMap<string, SparseEntry>, { name, shape }: Named, where: string): void {
  const { bits } = sparseNames(name);
  const entry = entries.get(bits)!;
  const count = elementsOf(shape);
  const found = elementsOf(entry.shape) * bytesOf(entry.dtype);
  if (entry.dtype !== "U8" || found !== Math.ceil(count / 8))
    fail("data", `${where}: ${printable(bits)}`, {
      rule: `must be ${Math.ceil(count / 8)} bytes of U8, a bit for each weight of shape [${shape}]`,
      got: `${found} bytes of ${entry.dtype}`,
      remedy: WRITE,
    });
}

function shapesIn({ shapes }: Readonly<Record<string, string>>, where: string): Readonly<Record<string, number[]>> {
  try {
    const read: unknown = JSON.parse(shapes ?? "null");
    const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
    if (typeof read === "object" && read !== null && !Array.isArray(read))
      if (Object.values(read).every((shape) => Array.isArray(shape) && shape.every(isSize)))
        return read as Record<string, number[]>;
  } catch {
    // Told below.
  }
  return failShapes(where);
}

function failShapes(where: string, name?: string): never {
  const of = name === undefined ? "weights in bits" : printable(name);
  const rule = `the metadata's shapes must have that of ${of}, as {"fc1.weight":[300,784]}`;
  return fail("data", where, { rule, remedy: WRITE });
}
