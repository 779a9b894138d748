/**
 * Reads and writes safetensors files: a 64-bit header length, a JSON header, then the bytes of all tensors.
 * Format: https://huggingface.co/docs/safetensors. Whatever the bytes are, reading ends in tensors or a `data` error.
 */

import { bytesOf, DTYPES, type Dtype, isDtype, type Tensor, toTensor } from "./dtype.ts";
import { fail } from "./errors.ts";

export type { Tensor } from "./dtype.ts";

/** Tensors by name, in file order, and the free text beside them. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A parsed header: where each tensor lies, in bytes from the end of the header, in file order. */
export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The bytes in front of the header: its length, little-endian. */
export const PREFIX_BYTES = 8;
/** The limit of the format's own library, against headers made to exhaust memory. */
const MAX_HEADER_BYTES = 100_000_000;
const METADATA = "__metadata__";

/** Lays the tensors out in the map's order; `data` error when a shape does not fit its data. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  // Joined by hand: an object would move names such as "1" to the front.
  const items = Object.keys(metadata).length > 0 ? [`"${METADATA}":${JSON.stringify(metadata)}`] : [];
  let size = 0;
  for (const [name, tensor] of tensors) {
    checkTensor(name, tensor);
    const { dtype, shape } = tensor;
    const entry = { dtype, shape, data_offsets: [size, (size += tensor.data.byteLength)] };
    items.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  const header = new TextEncoder().encode(`{${items.join(",")}}`);
  const start = PREFIX_BYTES + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + size).fill(0x20, 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - PREFIX_BYTES), true);
  bytes.set(header, PREFIX_BYTES);
  let at = start;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a whole file, converting F64, F16, BF16 to F32, I64 to I32 and BOOL to U8.
 * @param where the file's name, for the `data` errors of damaged or unsupported files
 */
export function decodeSafetensors(bytes: Uint8Array, where = "safetensors"): Safetensors {
  const start = PREFIX_BYTES + headerLength(bytes, bytes.length, where);
  const { metadata, entries } = parseHeader(bytes.subarray(PREFIX_BYTES, start), bytes.length - start, where);
  const tensors = entries.map((entry): [string, Tensor] => {
    // A copy: tensors of a file need not be aligned, and must not keep all of it alive.
    const { buffer } = new Uint8Array(bytes.subarray(start + entry.begin, start + entry.end));
    return [entry.name, toTensor(buffer, entry, `${where}: ${entry.name}`)];
  });
  return { tensors: new Map(tensors), metadata };
}

/**
 * Header bytes announced by the first {@link PREFIX_BYTES} of a file of `fileSize` bytes.
 * @param where the file's name, for the `data` error of a length that the file cannot hold
 */
export function headerLength(prefix: Uint8Array, fileSize: number, where: string): number {
  if (prefix.length < PREFIX_BYTES)
    fail("data", where, { rule: `a safetensors file must hold ${PREFIX_BYTES} bytes or more`, got: fileSize });
  const view = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(Math.min(MAX_HEADER_BYTES, fileSize - PREFIX_BYTES))) {
    const rule = `safetensors header must fit the file of ${fileSize} bytes and ${MAX_HEADER_BYTES} bytes`;
    fail("data", where, { rule, got: `length ${length}`, remedy: "The file is truncated, or not safetensors" });
  }
  return Number(length);
}

/**
 * Parses and checks a header: the tensors must fill the `dataSize` bytes behind it without gap or overlap.
 * @param where the file's name, for the `data` errors
 */
export function parseHeader(header: Uint8Array, dataSize: number, where: string): Header {
  const { [METADATA]: metadata = {}, ...rest } = parseObject(header, where);
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    fail("data", where, { rule: `${METADATA} must map names to strings` });
  }
  const entries = Object.entries(rest).map(([name, value]) => parseEntry(name, value, where));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) fail("data", `${where}: ${name}`, { rule: `tensor must start at byte ${at}`, got: begin });
    at = end;
  }
  if (at !== dataSize) fail("data", where, { rule: `bytes behind the header must be ${at}`, got: dataSize });
  return { metadata: metadata as Record<string, string>, entries };
}

function parseObject(header: Uint8Array, where: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(header));
    if (isRecord(value)) return value;
  } catch {
    // Told below, in the same words as JSON of another kind.
  }
  return fail("data", where, {
    rule: "safetensors header must be a JSON object",
    remedy: "The file is damaged, or not safetensors",
  });
}

function parseEntry(name: string, value: unknown, file: string): Entry {
  const where = `${file}: ${name}`;
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (!isDtype(dtype)) return fail("data", where, { rule: `dtype must be one of ${DTYPES.join(", ")}`, got: dtype });
  if (!isCounts(shape))
    return fail("data", where, { rule: "shape must be a list of sizes", got: JSON.stringify(shape) });
  if (!isCounts(offsets) || offsets.length !== 2) {
    return fail("data", where, { rule: "data_offsets must be [begin, end]", got: JSON.stringify(offsets) });
  }
  const [begin, end] = offsets as [number, number];
  const bytes = product(shape) * bytesOf(dtype);
  if (end - begin !== bytes) {
    fail("data", where, { rule: `bytes of ${dtype} [${shape}] must be ${bytes}`, got: end - begin });
  }
  return { name, dtype, shape, begin, end };
}

function checkTensor(name: string, { shape, data }: Tensor): void {
  if (name === METADATA) fail("data", name, { rule: "a tensor must not take the name of the metadata" });
  if (isCounts(shape) && product(shape) === data.length) return;
  fail("data", name, { rule: `values of shape [${shape}] must be ${product(shape)}`, got: data.length });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
