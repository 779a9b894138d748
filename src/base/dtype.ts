/** Number formats of safetensors files: three that Tombola keeps in memory, seven more that it converts from when reading. */

import { fail } from "./errors.ts";

/** A dense array in row-major order; `data.length` is the product of `shape`. */
export type Tensor =
  | { readonly dtype: "F32"; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: "I32"; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: "U8"; readonly shape: readonly number[]; readonly data: Uint8Array };

type Values = Pick<Tensor, "dtype" | "data">;

/** What a reader needs of a number format: bytes per element, and its values converted to one that is kept in memory. */
interface NumberLayout {
  readonly bytes: number;
  read(buffer: ArrayBuffer, where: string): Values;
}

const FORMATS = {
  F32: { bytes: 4, read: (b) => ({ dtype: "F32", data: new Float32Array(b) }) },
  I32: { bytes: 4, read: (b) => ({ dtype: "I32", data: new Int32Array(b) }) },
  U8: { bytes: 1, read: (b) => ({ dtype: "U8", data: new Uint8Array(b) }) },
  BOOL: { bytes: 1, read: (b) => ({ dtype: "U8", data: new Uint8Array(b) }) },
  F64: { bytes: 8, read: (b) => ({ dtype: "F32", data: new Float32Array(new Float64Array(b)) }) },
  F16: { bytes: 2, read: (b) => ({ dtype: "F32", data: fromHalves(new Uint16Array(b)) }) },
  BF16: { bytes: 2, read: (b) => ({ dtype: "F32", data: fromBrainFloat(new Uint16Array(b)) }) },
  I16: { bytes: 2, read: (b) => ({ dtype: "I32", data: Int32Array.from(new Int16Array(b)) }) },
  I8: { bytes: 1, read: (b) => ({ dtype: "I32", data: Int32Array.from(new Int8Array(b)) }) },
  I64: { bytes: 8, read: (b, where) => ({ dtype: "I32", data: fromInt64(new BigInt64Array(b), where) }) },
} as const satisfies Record<string, NumberLayout>;

/** The names of the formats, as they stand in a safetensors header. */
export type Dtype = keyof typeof FORMATS;

/** Whether a header's dtype is one that can be read. */
export function isDtype(name: unknown): name is Dtype {
  return typeof name === "string" && Object.hasOwn(FORMATS, name);
}

/** The readable formats, for error messages. */
export const DTYPES = Object.keys(FORMATS) as readonly Dtype[];

/** Bytes of one element. */
export function bytesOf(dtype: Dtype): number {
  return FORMATS[dtype].bytes;
}

/** Takes over `buffer` as a tensor, converting where needed; `data` error for a 64-bit integer that 32 bits cannot hold. */
export function toTensor(buffer: ArrayBuffer, spec: { dtype: Dtype; shape: readonly number[] }, where: string): Tensor {
  return { ...FORMATS[spec.dtype].read(buffer, where), shape: spec.shape } as Tensor;
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halves: Float32Array | undefined;

/** A checkpoint has millions of values, of which there are 65,536 different ones. */
function fromHalves(bits: Uint16Array): Float32Array {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, each) => fromHalf(each));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = halves[bits[i]!]!;
  return values;
}

/** bfloat16 is the upper half of a float32. */
function fromBrainFloat(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}

function fromInt64(values: BigInt64Array, where: string): Int32Array {
  const narrow = Int32Array.from(values, Number);
  const wrong = values.findIndex((value, i) => value !== BigInt(narrow[i]!));
  if (wrong < 0) return narrow;
  return fail("data", where, { rule: "64-bit integers must fit 32 bits", got: values[wrong] });
}
