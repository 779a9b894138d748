/** Tensors of files that others wrote: known by format and shape, and read when they are asked for. */
import { bytesOf, type Dtype, type Tensor, toTensor } from "../base/dtype.ts";
import { fail } from "../base/errors.ts";

/** A tensor that is still in its file. */
export interface ForeignTensor {
  /** Its number format in the file. */
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Its values, row-major, 64-bit and half formats converted; `data` error where the file is damaged. */
  read(): Promise<Tensor>;
}

/** Tensors by name, in file order. */
export type ForeignTensors = ReadonlyMap<string, ForeignTensor>;

/** How the elements of a tensor lie in the bytes behind it, in elements. */
export interface Strided {
  readonly dtype: Dtype;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Number of elements; infinite where the sizes leave the range of whole numbers. */
export function countOf(shape: readonly number[]): number {
  const count = shape.reduce((product, size) => product * size, 1);
  return Number.isSafeInteger(count) ? count : Number.POSITIVE_INFINITY;
}

/** The strides of a row-major array, in elements. */
export function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

/**
 * Refuses a tensor that reaches beyond the `elements` behind it, or claims to be larger than they are: nothing is allocated
 * by what a file says of itself.
 */
export function checkStrided({ offset, shape, strides }: Strided, elements: number, where: string): void {
  const count = countOf(shape);
  if (shape.length !== strides.length)
    fail("data", where, { rule: `strides must be ${shape.length} numbers`, got: strides.length });
  if (count > elements) {
    const remedy = "Save a copy of its own, tensor.contiguous()";
    fail("data", where, { rule: `must not have more elements than the ${elements} stored`, got: `[${shape}]`, remedy });
  }
  const last = count === 0 ? 0 : shape.reduce((at, size, axis) => at + (size - 1) * strides[axis]!, offset);
  if (!(last < elements || count === 0))
    fail("data", where, { rule: `must lie in the ${elements} elements stored`, got: `one at ${last}` });
}

/** Copies a checked tensor out of the bytes behind it. */
export function readStrided(bytes: Uint8Array, layout: Strided, where: string): Tensor {
  const { dtype, offset, shape, strides } = layout;
  const size = bytesOf(dtype);
  const count = countOf(shape);
  const dense = rowMajor(shape).every((stride, axis) => stride === strides[axis] || shape[axis] === 1);
  const copy = dense ? bytes.slice(offset * size, (offset + count) * size) : gather(bytes, layout, { size, count });
  return toTensor(copy.buffer as ArrayBuffer, { dtype, shape }, where);
}

function gather(
  bytes: Uint8Array,
  { offset, shape, strides }: Strided,
  { size, count }: { readonly size: number; readonly count: number },
): Uint8Array {
  const copy = new Uint8Array(count * size);
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < count; to++) {
    for (let byte = 0; byte < size; byte++) copy[to * size + byte] = bytes[from * size + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return copy;
}
